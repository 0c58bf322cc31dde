from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from schedulerx.cloud.platforms.pinterest import PinterestStandIn
from schedulerx.cloud.platforms.serving import Answer, Asked, Fault
from schedulerx.posts.model import Content, State
from schedulerx.posts.platforms.pinterest import Pinterest
from tests.posts.platforms.harness import Bench, Case, medium, prove_once

pytestmark = pytest.mark.filterwarnings("ignore:Unsupported scheme type")  # of the document

API = "https://api.pinterest.com"
CONTENT = Content(
    title="A garden", text="Roses & thyme", link="https://example.org/", options={"board": "Garden"}
)
PICTURE = medium("image/jpeg", b"a picture", alt="a rose")
CAROUSEL = (PICTURE, medium("image/png", b"another"))
VIDEO = (medium("video/mp4", b"a video", duration_s=10.0, fps=25.0),)


class Recorded(PinterestStandIn):
    """Keeps what is asked and answered."""

    def __init__(self, now: Any) -> None:
        super().__init__(now)
        self.exchanges: list[tuple[Asked, Answer]] = []

    def _routed(self, asked: Asked) -> Answer:
        answer = super()._routed(asked)
        self.exchanges.append((asked, answer))
        return answer


class OpenApiRequest:
    """Implements `openapi_core.protocols.Request`."""

    def __init__(self, asked: Asked) -> None:
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(asked.query), header=Headers(asked.headers)
        )
        self.host_url, self.path, self.method = API, asked.path, asked.method.lower()
        self.full_url_pattern = f"{API}{asked.path}"
        self.body, self.content_type = asked.body, asked.headers.get("content-type", "")


class OpenApiResponse:
    """Implements `openapi_core.protocols.Response`."""

    def __init__(self, answer: Answer) -> None:
        self.status_code, self.headers = answer.status, Headers(answer.headers)
        self.content_type, self.data = "application/json", json.dumps(answer.json).encode()


@cache
def document(path: Path) -> OpenAPI:
    whole = json.loads(path.read_text())
    used = ("/pins", "/media", "/media/{media_id}", "/boards", "/boards/{board_id}/pins",
            "/oauth/token")  # fmt: skip
    whole["paths"] = {name: whole["paths"][name] for name in used}
    return OpenAPI.from_dict(whole)


@pytest.fixture(scope="module")
def api(shared: Path) -> OpenAPI:
    return document(shared / "specs" / "pinterest-v5.json")


def a_case(content: Content = CONTENT, **changed: Any) -> Case:
    return Case(
        platform=Pinterest(),
        stand_in=Recorded,
        content=content,
        tokens=lambda stand_in: stand_in.desk.account(),
        **changed,
    )


def ended(stand_in: Any) -> dict[str, Any]:
    """Credentials whose access token has ended."""
    known: dict[str, Any] = stand_in.desk.account()
    stand_in.desk.end_access()
    return known


@pytest.mark.parametrize("media", [(PICTURE,), CAROUSEL, VIDEO], ids=["one", "carousel", "video"])
def test_each_request_and_each_answer_is_as_pinterest_documents_it(
    bench: Bench, api: OpenAPI, media: tuple[Any, ...]
) -> None:
    world = bench.world(a_case(media=media), tokens=ended)
    assert world.run().state is State.POSTED
    assert checked(api, world.stand_in) >= {"POST /v5/oauth/token", "POST /v5/pins"}


def test_errors_and_listings_are_as_pinterest_documents_them(bench: Bench, api: OpenAPI) -> None:
    world = bench.world(a_case(media=VIDEO))
    world.stand_in.faults.extend([Fault.NONE] * 7 + [Fault.UNANSWERED])
    target = world.run()
    assert (target.state, target.platform_id) == (State.POSTED, "90001")
    assert "GET /v5/boards/1001/pins" in checked(api, world.stand_in)


def checked(api: OpenAPI, stand_in: Any) -> set[str]:
    """Checks every exchange with the document; which there were."""
    seen = set()
    for asked, answer in stand_in.exchanges:
        if not asked.path.startswith("/v5/"):
            continue  # the place for uploads is no part of the API
        request = OpenApiRequest(asked)
        api.validate_request(request)
        api.validate_response(request, OpenApiResponse(answer))
        seen.add(f"{asked.method} {asked.path}")
    return seen


VALUES = st.sampled_from(
    ["", "x", "1001", "x" * 101, "ü" * 801, "x" * 2049, None, 7, "AAAA", "A-A", "image/jpeg",
     "image/gif", -1, [], ["a"]]
)  # fmt: skip
NAMES = st.sampled_from(["title", "description", "link", "alt_text", "board_id", "parent_pin_id"])
SOURCES = st.sampled_from(
    ["image_base64", "image_url", "video_id", "multiple_image_base64", "multiple_image_urls"]
)
PARTS = st.sampled_from(["data", "content_type", "url", "media_id", "cover_image_key_frame_time"])


@st.composite
def sources(draw: st.DrawFn) -> dict[str, Any]:
    fitting = {
        "data": "AAAA", "content_type": "image/png", "url": "https://e.org/", "media_id": "7",
        "cover_image_key_frame_time": 0,
    }  # fmt: skip
    source = {**fitting, **draw(st.dictionaries(PARTS, VALUES, max_size=1))}
    items = [{**fitting, **draw(st.dictionaries(PARTS, VALUES, max_size=1))}] * draw(
        st.integers(0, 6)
    )
    return {"source_type": draw(SOURCES), **source, "items": items}


@given(source=sources(), said=st.dictionaries(NAMES, VALUES, max_size=2))
def test_what_the_document_refuses_the_stand_in_refuses(
    api: OpenAPI, source: dict[str, Any], said: dict[str, Any]
) -> None:
    body = {"board_id": "1001", "media_source": source, **said}
    stand_in = PinterestStandIn(lambda: 0.0)
    token = stand_in.desk.account()["access_token"]
    asked = Asked(
        method="POST", path="/v5/pins", query={}, body=json.dumps(body).encode(),
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
    )  # fmt: skip
    answer = stand_in.handle(asked)
    assert answer is not None
    request = OpenApiRequest(asked)
    api.validate_response(request, OpenApiResponse(answer))
    try:
        api.validate_request(request)
    except OpenAPIError:
        assert answer.status == 400, body


@pytest.mark.parametrize(
    ("media", "ways"), [((PICTURE,), 18), (CAROUSEL, 18), (VIDEO, 36)], ids=["1", "carousel", "v"]
)
def test_whatever_befalls_a_request_one_pin_is_visible(
    bench: Bench, media: tuple[Any, ...], ways: int
) -> None:
    assert prove_once(bench, a_case(media=media), may_be_unknown={"POST /v5/pins"}) >= ways


def test_whatever_befalls_the_renewal_of_a_token_no_pin_is_made_twice(bench: Bench) -> None:
    case = a_case(content=Content(text="x", options={"board": "1001"}), media=(PICTURE,))
    for outcome in bench.outcomes(replace(case, tokens=ended)):
        assert outcome.visible <= 1
        if outcome.request == "POST /v5/oauth/token" and outcome.target.state is State.FAILED:
            # A new refresh token was given out, and lost: only its owner can give another.
            assert "connect the account again" in (outcome.target.error or "")


REFUSED = [
    (Content(text="x", options={"board": "Attic"}), "there are Garden, Kitchen"),
    (Content(text="x"), "Pinterest needs a board"),
    (Content(text="x" * 801, options={"board": "1001"}), "801 characters"),
    (Content(text="x", options={"board": "7"}), "Board not found"),
]


@pytest.mark.parametrize(("content", "words"), REFUSED)
def test_a_post_that_cannot_be_a_pin_fails_with_the_reason(
    bench: Bench, content: Content, words: str
) -> None:
    world = bench.world(a_case(content=content, media=(PICTURE,)))
    target = world.run()
    assert target.state is State.FAILED
    assert words in (target.error or "")
