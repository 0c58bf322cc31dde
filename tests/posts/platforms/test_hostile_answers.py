"""Whatever is answered, by a platform or by a machine between, no client falls over it, and nothing
but a platform's own yes is taken for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.posts.http import Response
from schedulerx.posts.model import Handle
from schedulerx.posts.outcomes import AnswerLost, NotAccepted, PlatformError, Published
from tests.posts.platforms import (
    test_bluesky,
    test_facebook,
    test_instagram,
    test_linkedin,
    test_mastodon,
    test_pinterest,
    test_telegram,
    test_threads,
    test_tiktok,
    test_x,
    test_youtube,
)  # fmt: skip
from tests.posts.platforms.harness import Case
from tests.posts.platforms.offline import Change, Stage, UnsettledError, stage

CASES: dict[str, Case] = {
    "bluesky": test_bluesky.a_case(media=test_bluesky.PICTURES),
    "facebook": test_facebook.a_case(media=test_facebook.PHOTOS),
    "facebook video": test_facebook.a_case(media=test_facebook.FILM),
    "facebook reel": test_facebook.a_reel(),
    "instagram": test_instagram.a_case(),
    "instagram carousel": test_instagram.a_case(
        media=(test_instagram.PICTURE, test_instagram.REEL)
    ),
    "linkedin": test_linkedin.a_case(media=test_linkedin.PICTURES),
    "linkedin video": test_linkedin.a_case(media=(test_linkedin.VIDEO,)),
    "mastodon": test_mastodon.a_case(media=test_mastodon.IMAGES),
    "pinterest": test_pinterest.a_case(media=(test_pinterest.PICTURE,)),
    "pinterest video": test_pinterest.a_case(media=test_pinterest.VIDEO),
    "telegram": test_telegram.a_case(media=(test_telegram.PICTURE,)),
    "telegram group": test_telegram.a_case(media=(test_telegram.PICTURE, test_telegram.VIDEO)),
    "threads": test_threads.a_case(),
    "tiktok": test_tiktok.a_case(),
    "tiktok photos": test_tiktok.a_case(media=test_tiktok.PICTURES),
    "x": test_x.a_case(media=(test_x.PICTURE,)),
    "youtube": test_youtube.a_case(),
}
STATUSES = (200, 201, 204, 206, 301, 303, 304, 308, 400, 401, 402, 403, 404, 408, 409, 410, 413,
            422, 425, 426, 429, 451, 500, 502, 503, 504)  # fmt: skip
BODIES = (
    b"", b"null", b"true", b"[]", b"{}", b'""', b"7", b"[" * 5000, b'{"a":' * 5000, b"\xff\xfe",
    b'"\xff"', b"<html><body><h1>502 Bad Gateway</h1></body></html>", b'{"id": null}', b'{"id": 7}',
    b'{"id": []}', b'{"data": null}', b'{"data": []}', b'{"data": {"id": {}}}', b'{"error": null}',
    b'{"error": "no"}', b'{"error": []}', b'{"error": {"code": [], "message": 5}}',
    b'{"error": {"code": "ok"}}', b'{"error": {"errors": [5]}}', b'{"ok": true}',
    b'{"ok": true, "result": []}', b'{"ok": false, "parameters": {"retry_after": "soon"}}',
    b'{"items": [{}]}', b'{"value": {}}', b'{"status": "ready"}', b'{"errors": [{"message": "x"}]}',
    b'{"code": {}, "message": []}', b'{"uri": 5}', b'{"did": 5, "accessJwt": [], "refreshJwt": 1}',
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {}, {"retry-after": "-1"}, {"retry-after": "9" * 30}, {"retry-after": "\u00b2"},
    {"retry-after": "Sun, 99 Foo 2026"}, {"retry-after": "1e400"}, {"x-rate-limit-reset": "9" * 10},
    {"location": ""}, {"location": "not a url"}, {"range": "bytes=0-x"}, {"range": "0-"},
    {"x-business-use-case-usage": '{"1": 5}'}, {"x-restli-id": ""}, {"etag": ""},
)  # fmt: skip


@cache
def requests(name: str) -> dict[int, str]:
    """What the client asks for when all goes well, by number; what it repeats, once."""
    undisturbed = stage(CASES[name])
    undisturbed.settle()
    asked = [f"{each.method} {each.url}" for each in undisturbed.wire.asked]
    return {at: each for at, each in enumerate(asked) if each not in asked[:at]}


def endured(name: str, at: int, change: Change) -> tuple[Stage, PlatformError | Published | None]:
    """What became of a post of which one answer was changed; None: it still waits."""
    tried = stage(CASES[name], at, change)
    outcome: PlatformError | Published | None = None
    try:
        _, outcome = tried.settle()
    except PlatformError as error:
        outcome = error
    except UnsettledError:
        pass
    _look(tried)
    return tried, outcome


def _look(tried: Stage) -> None:
    """What is unknown is looked for, with the handle as it is."""
    with suppress(PlatformError):
        tried.case.platform.find(tried.session)


def spoiled() -> Iterator[Response]:
    """Every body with a yes and a no, and every status with a few bodies."""
    pairs = [*product((200, 400), BODIES), *product(STATUSES, BODIES[:3])]
    for number, (status, body) in enumerate(pairs):
        yield Response(status=status, headers=HEADERS[number % len(HEADERS)], body=body)


def as_is(answer: Response) -> Change:
    return lambda _: answer


def tells(tried: Stage) -> bool:
    """Whether it is an answer to the one request that was changed."""
    return tried.phase == "publish" and tried.wire.at >= tried.first


@pytest.mark.parametrize("name", CASES)
def test_no_answer_to_any_request_makes_a_client_fall(name: str) -> None:
    for at, request in requests(name).items():
        for answer in spoiled():
            tried, outcome = endured(name, at, as_is(answer))
            if tells(tried) and answer.status != 401:  # then it is sent again with another token
                assert not isinstance(outcome, Published), (request, answer)
            if isinstance(outcome, NotAccepted) and outcome.after_s is not None:
                assert 0 <= outcome.after_s <= 7 * 86_400


@pytest.mark.parametrize("name", CASES)
def test_a_yes_that_is_cut_short_is_an_answer_lost(name: str) -> None:
    """Of every answer that has a body, wherever it is cut."""
    for at, request in requests(name).items():
        for share in (0.0, 0.3, 0.7, 0.99):
            lost: list[bool] = []

            def cut(answer: Response, share: float = share, lost: list[bool] = lost) -> Response:
                lost.append(bool(answer.body))
                return msgspec.structs.replace(
                    answer, body=answer.body[: int(len(answer.body) * share)]
                )

            tried, outcome = endured(name, at, cut)
            if any(lost) and tells(tried):
                assert isinstance(outcome, AnswerLost | Published), (request, outcome)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(("id", "data", "error", "items", "status", "value", "result", "code", "ok",
                         "errors", "message", "parameters", "retry_after", "uri", "publish_id")),
        inner, max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@given(
    name=st.sampled_from(sorted(CASES)),
    at=st.integers(0, 30),
    status=st.sampled_from(STATUSES),
    body=JSON.map(msgspec.json.encode) | st.binary(max_size=200),
)
def test_no_random_answer_makes_a_client_fall(name: str, at: int, status: int, body: bytes) -> None:
    numbers = tuple(requests(name))
    endured(name, numbers[at % len(numbers)], lambda answer: changed(answer, status, body))


def changed(answer: Response, status: int, body: bytes) -> Response:
    return msgspec.structs.replace(answer, status=status, body=body)


@pytest.mark.parametrize("name", CASES)
def test_whatever_was_kept_when_a_process_died_the_next_can_go_on_or_look(name: str) -> None:
    """On a server that remembers nothing of it, too."""
    kept: list[Handle] = [{}]
    undisturbed = stage(CASES[name])
    undisturbed.session.keep = lambda handle, _: kept.append(handle)
    undisturbed.settle()
    for handle in kept:
        for act in (CASES[name].platform.prepare, CASES[name].platform.find):
            tried = stage(CASES[name])
            tried.session.handle = dict(handle)
            with suppress(PlatformError):
                act(tried.session)


def test_every_platform_is_tried() -> None:
    from schedulerx.posts.platforms.registry import PLATFORMS  # noqa: PLC0415

    assert {each.platform.name for each in CASES.values()} == set(PLATFORMS)
