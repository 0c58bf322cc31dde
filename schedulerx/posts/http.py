"""HTTP as the platforms' clients see it. One request, one answer: nothing is repeated here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Protocol, TypeVar

import msgspec

from schedulerx.posts.outcomes import AnswerLost, NotAccepted

T = TypeVar("T")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request. One of `body`, `json`, `form` and `files` at most. A body that is a file is read
    from its beginning as it is sent, and its length is told before.
    """

    method: str
    url: str
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    query: dict[str, str] = msgspec.field(default_factory=dict)
    body: bytes | BinaryIO | None = None
    json: Any = None
    form: dict[str, str] | None = None
    # Name, content, media type; with `form`.
    files: Mapping[str, tuple[str, bytes | BinaryIO, str]] | None = None
    timeout_s: float = 30.0
    enough: int | None = None  # bytes of the answer: what comes after them is not read


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""

    def read(self, kind: type[T]) -> T:
        """The body as a value of a type; numbers may be written as strings.

        Raises:
            AnswerLost: it is no JSON, or another thing, so nobody knows what was said.
        """
        try:
            return msgspec.json.decode(self.body, type=kind, strict=False)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            words = f"the answer ({self.status}) says nothing that is known: {error}"
            raise AnswerLost(words) from error

    def json(self) -> Any:
        """The body, whatever it holds.

        Raises:
            AnswerLost: it is no JSON, so nobody knows what was said.
        """
        return self.read(Any)


class Http(Protocol):
    """Sends requests."""

    def send(self, request: Request) -> Response:
        """The answer, whatever its status.

        Raises:
            NotAccepted: no connection was made, so nothing was sent.
            AnswerLost: it was sent, or part of it, and no whole answer came.
        """


@dataclass(frozen=True)
class PromptHttp:
    """Sends until a time, and nothing after it."""

    http: Http
    until: datetime
    now: Callable[[], datetime]

    def send(self, request: Request) -> Response:
        """As `Http.send`.

        Raises:
            NotAccepted: it is too late, so nothing was sent.
        """
        if self.now() > self.until:
            raise NotAccepted("this process slept too long to send; it is tried again")
        return self.http.send(request)
