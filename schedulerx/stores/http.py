"""HTTP by httpx: one request, one answer of bounded size and time; no retries, no redirects."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx

from schedulerx.posts.http import Request, Response
from schedulerx.posts.outcomes import AnswerLost, NotAccepted
from schedulerx.stores.http_answers import ENCODINGS, body_of

_CONNECT_S = 10.0
_PATIENCE = 4  # times a request's timeout, which is that of one piece, for the whole of an answer
# Nothing of the request left this machine.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class HttpxClient:
    """Implements `schedulerx.posts.http.Http`; a context manager."""

    def __init__(
        self,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        for name in ("httpx", "httpcore"):  # they log whole URLs, and some carry a token
            logging.getLogger(name).setLevel(logging.WARNING)
        self._client = httpx.Client(
            follow_redirects=False, transport=transport, headers={"accept-encoding": ENCODINGS}
        )

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
                latest = self._clock() + _PATIENCE * request.timeout_s
                return Response(
                    status=answer.status_code,
                    headers=dict(answer.headers),
                    body=body_of(answer, request.enough, lambda: self._clock() > latest),
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


def _word(error: Exception) -> str:
    return str(error) or type(error).__name__
