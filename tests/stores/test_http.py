from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from itertools import count

import httpx
import pytest

from schedulerx.posts.http import Request
from schedulerx.posts.outcomes import AnswerLost, NotAccepted
from schedulerx.stores import http_answers
from schedulerx.stores.http import HttpxClient

REQUEST = Request(method="POST", url="https://api.example/posts?token=hush", json={"text": "hello"})


def client(answer: Callable[[httpx.Request], httpx.Response]) -> HttpxClient:
    return HttpxClient(httpx.MockTransport(answer))


def raising(error: type[httpx.HTTPError]) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("so it went")

    return answer


def test_an_answer_has_status_lower_case_headers_and_body() -> None:
    with client(lambda _: httpx.Response(201, headers={"X-Id": "7"}, json={"id": 7})) as sender:
        answer = sender.send(REQUEST)
    assert (answer.status, answer.headers["x-id"], answer.json()) == (201, "7", {"id": 7})


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout])
def test_without_a_connection_nothing_was_accepted(error: type[httpx.HTTPError]) -> None:
    with client(raising(error)) as sender, pytest.raises(NotAccepted):
        sender.send(REQUEST)


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout, httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError]
)
def test_after_the_connection_the_answer_is_lost(error: type[httpx.HTTPError]) -> None:
    with client(raising(error)) as sender, pytest.raises(AnswerLost):
        sender.send(REQUEST)


def test_what_went_wrong_is_told_by_its_kind_where_it_has_no_words() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("")

    for lost, words in ((answer, "ReadTimeout"), (raising(httpx.ReadTimeout), "so it went")):
        with client(lost) as sender, pytest.raises(AnswerLost, match=f"api.example: {words}"):
            sender.send(REQUEST)


def test_no_error_repeats_the_token_in_the_address() -> None:
    with client(raising(httpx.ReadTimeout)) as sender, pytest.raises(AnswerLost) as caught:
        sender.send(REQUEST)
    assert "hush" not in str(caught.value)


def test_a_request_is_sent_once_whatever_comes_back() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(503 if len(seen) == 1 else 200)

    with client(answer) as sender:
        assert sender.send(REQUEST).status == 503
    assert len(seen) == 1


def test_a_redirect_is_not_followed() -> None:
    moved = {"location": "https://elsewhere.example/"}
    with client(lambda _: httpx.Response(307, headers=moved)) as sender:
        assert sender.send(REQUEST).status == 307


def test_no_more_of_an_answer_is_read_than_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_answers, "MAX_ANSWER", 1000)
    request = Request(method="GET", url="https://media.example/film", enough=1)
    with client(lambda _: httpx.Response(200, content=b"x" * 5000)) as sender:
        assert sender.send(request).body == b"x"


def test_an_endless_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_answers, "MAX_ANSWER", 1000)
    with (
        client(lambda _: httpx.Response(200, content=b"x" * 1001)) as sender,
        pytest.raises(AnswerLost),
    ):
        sender.send(REQUEST)


def packed(content: bytes, encoding: str) -> Callable[[httpx.Request], httpx.Response]:
    def answer(_request: httpx.Request) -> httpx.Response:
        stream = httpx.ByteStream(content)
        return httpx.Response(200, headers={"content-encoding": encoding}, stream=stream)

    return answer


def test_an_answer_may_be_packed_by_gzip() -> None:
    with client(packed(gzip.compress(b'{"id": 7}'), "gzip")) as sender:
        assert sender.send(REQUEST).json() == {"id": 7}


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (gzip.compress(bytes(100_000)), "gzip"),
        (gzip.compress(gzip.compress(bytes(100_000))), "gzip, gzip"),
        (b"anything", "br"),
        (gzip.compress(b"cut off")[:-9], "gzip"),
        (b"no gzip", "gzip"),
    ],
    ids=["zeros", "packed twice", "another packing", "cut off", "not packed"],
)
def test_a_packed_answer_never_becomes_more_than_is_read(
    content: bytes, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_answers, "MAX_ANSWER", 1000)
    with client(packed(content, encoding)) as sender, pytest.raises(AnswerLost):
        sender.send(REQUEST)


def test_an_answer_that_drips_is_not_waited_for() -> None:
    def drops() -> Iterator[bytes]:
        while True:
            yield b" "

    clock = count(0.0, 7.0)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=drops()))
    with (
        HttpxClient(transport, lambda: next(clock)) as sender,
        pytest.raises(AnswerLost, match="too slowly"),
    ):
        sender.send(REQUEST)


def test_a_body_that_is_a_file_is_sent_with_its_length_from_its_beginning() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=request.read())

    body = io.BytesIO(b"a video")
    request = Request(method="PUT", url="https://api.example/upload", body=body)
    with client(answer) as sender:
        assert [sender.send(request).body for _ in range(2)] == [b"a video", b"a video"]
    assert seen[1].headers["content-length"] == "7"
    assert "transfer-encoding" not in seen[1].headers


def test_a_file_of_a_form_is_sent_with_the_length_of_the_whole() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert int(request.headers["content-length"]) == len(request.read())
        return httpx.Response(200)

    files = {"file": ("a.mp4", io.BytesIO(b"a video"), "video/mp4")}
    request = Request(method="POST", url="https://api.example/", form={"a": "1"}, files=files)
    with client(answer) as sender:
        assert sender.send(request).status == 200


def test_a_body_that_cannot_be_read_to_its_end_was_not_accepted() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise NotAccepted("the store does not answer")

    request = Request(method="PUT", url="https://api.example/upload", body=Broken(b"a video"))
    with (
        client(lambda sent: httpx.Response(200, content=sent.read())) as sender,
        pytest.raises(NotAccepted, match="store does not answer"),
    ):
        sender.send(request)
