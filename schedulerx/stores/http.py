"""HTTP by httpx: one request, one answer; no retries, no redirects, answers of bounded size."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Self

import httpx

from schedulerx.posts.http import Request, Response
from schedulerx.posts.outcomes import AnswerLost, NotAccepted

MAX_ANSWER = 32 * 1024**2  # bytes; answers are JSON, some with lists
_CONNECT_S = 10.0
# Nothing of the request left this machine.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class HttpxClient:
    """Implements `schedulerx.posts.http.Http`; a context manager."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        for name in ("httpx", "httpcore"):  # they log whole URLs, and some carry a token
            logging.getLogger(name).setLevel(logging.WARNING)
        self._client = httpx.Client(follow_redirects=False, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def send(self, request: Request) -> Response:
        """As `Http.send`."""
        where = _host(request.url)
        if request.body is not None and not isinstance(request.body, bytes):
            request.body.seek(0)  # a request that was refused is sent again with another token
        try:
            with self._client.stream(
                request.method,
                request.url,
                headers=request.headers,
                params=request.query or None,
                content=request.body,
                json=request.json,
                data=request.form,
                files=request.files,
                timeout=httpx.Timeout(request.timeout_s, connect=_CONNECT_S),
            ) as answer:
                return Response(
                    status=answer.status_code,
                    headers=dict(answer.headers),
                    body=_read(answer, request.enough),
                )
        except _NOT_SENT as error:
            raise NotAccepted(f"{where} cannot be reached: {_word(error)}") from error
        except httpx.HTTPError as error:
            raise AnswerLost(f"no answer from {where}: {_word(error)}") from error


def _host(url: str) -> str:
    """Where a request goes: never the whole URL, since it may carry a token.

    Raises:
        NotAccepted: it is none that can be asked, as a platform may have told one.
    """
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL()
    if parts.scheme not in ("http", "https") or not parts.host:
        raise NotAccepted("an address that was told is none that can be asked")
    return parts.host


def _read(answer: httpx.Response, enough: int | None) -> bytes:
    body = bytearray()
    for part in answer.iter_bytes():
        body += part
        if enough is not None and len(body) >= enough:
            return bytes(body[:enough])
        if len(body) > MAX_ANSWER:
            raise AnswerLost(f"the answer is longer than {MAX_ANSWER:,} bytes")
    return bytes(body)


def _word(error: Exception) -> str:
    return str(error) or type(error).__name__
