"""HTTP for the stand-ins: routes, and the ways in which a wire fails."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import msgspec

MAX_BODY = 64 * 1024**2


class Fault(StrEnum):
    """What befalls a request."""

    LOST = "lost"  # it never arrives: the connection ends before it is acted on
    UNANSWERED = "unanswered"  # it is acted on, and the connection ends before the answer
    THROTTLED = "throttled"  # 429, not acted on
    BROKEN = "broken"  # 503, acted on all the same
    NONE = "none"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request. Header names are lower case; `parts` are the groups of the route."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    parts: tuple[str, ...] = ()

    def json(self) -> Any:
        """The body as JSON."""
        return msgspec.json.decode(self.body)

    def form(self) -> dict[str, str]:
        """The text fields of a form, encoded either way."""
        if self.headers.get("content-type", "").startswith("multipart/form-data"):
            return {name: data.decode() for name, (file, data) in self.fields().items() if not file}
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def fields(self) -> dict[str, tuple[str, bytes]]:
        """The fields of a multipart form: file name (empty for text) and bytes."""
        head = f"content-type: {self.headers['content-type']}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        return dict(map(_field, message.iter_parts()))

    def bearer(self) -> str:
        """The bearer token, empty where there is none."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


def _field(part: Message) -> tuple[str, tuple[str, bytes]]:
    name = part.get_param("name", header="content-disposition")
    content = part.get_payload(decode=True)
    return str(name), (part.get_filename() or "", content if isinstance(content, bytes) else b"")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer; `json` goes before `body`."""

    status: int = 200
    json: Any = None
    body: bytes = b""
    headers: dict[str, str] = msgspec.field(default_factory=dict)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A post that everybody can see on the stand-in."""

    post_id: str
    text: str
    media: int = 0
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


Route = Callable[[Asked], Answer]


class StandIn:
    """A platform's server in memory. Subclasses fill `routes` ("METHOD /path/([^/]+)") and append
    to `shown` when a post becomes visible. Requests are handled one at a time.
    """

    name = ""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.routes: dict[str, Route] = {}
        self.shown: list[Shown] = []
        self.faults: deque[Fault] = deque()  # one for each request to come
        self.asked: list[str] = []  # "METHOD /path" of every request that arrived
        self._lock = threading.Lock()

    def handle(self, asked: Asked) -> Answer | None:
        """The answer, or None where the connection ends without one."""
        with self._lock:
            fault = self.faults.popleft() if self.faults else Fault.NONE
            if fault is Fault.LOST:
                return None
            self.asked.append(f"{asked.method} {asked.path}")
            if fault is Fault.THROTTLED:
                return self.throttled()
            answer = self._routed(asked)
            if fault is Fault.BROKEN:
                return Answer(status=503, json={"error": "unavailable"})
            return None if fault is Fault.UNANSWERED else answer

    def throttled(self) -> Answer:
        """What the platform says to too many requests."""
        return Answer(status=429, json={"error": "rate limit"}, headers={"retry-after": "1"})

    def _routed(self, asked: Asked) -> Answer:
        for pattern, route in self.routes.items():
            found = re.fullmatch(pattern, f"{asked.method} {asked.path}")
            if found:
                return route(msgspec.structs.replace(asked, parts=found.groups()))
        return Answer(status=404, json={"error": f"no such route: {asked.method} {asked.path}"})


class Answering(Protocol):
    """What can be served: a stand-in, or something around one."""

    def handle(self, asked: Asked) -> Answer | None:
        """The answer, or None where the connection ends without one."""


class _Server(ThreadingHTTPServer):
    """Serves each stand-in under /<name>/."""

    def __init__(self, address: tuple[str, int], stand_ins: Mapping[str, Answering]) -> None:
        self.stand_ins = stand_ins
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are written one after the other

    def log_message(self, *_: object) -> None:
        """Nothing: who needs to know reads `StandIn.asked`."""

    def handle_one_request(self) -> None:
        """Any method is answered alike."""
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        answer = self._answer()
        if answer is None:
            self.close_connection = True
            return
        self._send(answer)

    def _answer(self) -> Answer | None:
        assert isinstance(self.server, _Server)
        length = int(self.headers.get("content-length") or 0)
        if length > MAX_BODY:
            return Answer(status=413, json={"error": "too large"})
        name, _, rest = urlsplit(self.path).path.lstrip("/").partition("/")
        if name not in self.server.stand_ins:
            return Answer(status=404, json={"error": f"no stand-in {name}"})
        return self.server.stand_ins[name].handle(self._asked(f"/{rest}", length))

    def _asked(self, path: str, length: int) -> Asked:
        query = parse_qsl(urlsplit(self.path).query, keep_blank_values=True)
        return Asked(
            method=self.command,
            path=path,
            query=dict(query),
            headers={key.lower(): value for key, value in self.headers.items()},
            body=self.rfile.read(length),
        )

    def _send(self, answer: Answer) -> None:
        body = answer.body if answer.json is None else msgspec.json.encode(answer.json)
        kind = "application/octet-stream" if answer.json is None else "application/json"
        self.send_response(answer.status)
        for key, value in {"content-type": kind, **answer.headers}.items():
            self.send_header(key, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


@contextmanager
def serving(stand_ins: Mapping[str, Answering], port: int = 0) -> Iterator[str]:
    """Serves each under /<name>/ on loopback; the base URL."""
    server = _Server(("127.0.0.1", port), stand_ins)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
