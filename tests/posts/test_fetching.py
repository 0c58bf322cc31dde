from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest

from schedulerx.posts.fetching import check_url
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import NotAccepted
from schedulerx.stores.http import HttpxClient

URL = "https://media.example/posts/a.jpg?X-Amz-Signature=hush"
ITEM = MediaItem(key="posts/a.jpg", sha256="0", media_type="image/jpeg", bytes=7, name="a.jpg")


def checked(status: int, headers: Mapping[str, str] | None = None, body: bytes = b"p") -> str:
    """What is said against the URL; empty where it is handed out."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, headers=dict(headers or {}), content=body)

    told = ""
    with HttpxClient(httpx.MockTransport(answer)) as http:
        try:
            check_url(http, URL, ITEM)
        except NotAccepted as error:
            told = str(error)
    assert [(each.method, each.headers["range"]) for each in asked] == [("GET", "bytes=0-0")]
    assert "hush" not in told
    assert told == "" or told.startswith("the URL of a.jpg ")
    return told


@pytest.mark.parametrize("kind", ["image/jpeg", "IMAGE/JPEG; q=1", "binary/octet-stream", ""])
def test_a_url_that_answers_with_the_medium_is_handed_out(kind: str) -> None:
    assert checked(206, {"content-type": kind, "content-range": "bytes 0-0/7"}) == ""


def test_a_server_that_knows_no_ranges_sends_the_whole() -> None:
    assert checked(200, {"content-type": "image/jpeg"}, b"picture") == ""


@pytest.mark.parametrize(
    ("status", "headers", "step"),
    [
        (403, {}, "s3:GetObject"),
        (404, {}, "the bucket that MEDIA_BUCKET names"),
        (503, {}, "answers 503"),
        (301, {"location": "https://other.example/a?token=hush"}, "redirects to other.example"),
        (307, {}, "AWS_REGION"),
        (200, {"content-type": "text/html"}, "answers with text/html, not image/jpeg"),
        (206, {"content-type": "video/mp4"}, "answers with video/mp4"),
        (206, {"content-range": "bytes 0-0/8"}, "has 8 bytes, not 7"),
        (200, {}, "has 1 bytes, not 7"),
    ],
)  # fmt: skip
def test_any_other_answer_is_told_with_the_next_step(
    status: int, headers: dict[str, str], step: str
) -> None:
    assert step in checked(status, headers)


def test_a_url_that_nobody_answers_is_told() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with (
        HttpxClient(httpx.MockTransport(answer)) as http,
        pytest.raises(NotAccepted, match=r"a\.jpg does not answer: media\.example cannot"),
    ):
        check_url(http, URL, ITEM)
