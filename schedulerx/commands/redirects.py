"""The page on this machine that an owner's browser is sent back to (RFC 8252, 7.3)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from schedulerx.errors import ConfigurationError
from schedulerx.posts.connecting import Authorisation, is_answer_to

_SILENT_S = 10.0  # browsers open connections in advance and say nothing on them
_LONGEST = 4096  # bytes of a first line: an address with a code and a state
_PAGE = b"<!doctype html><title>SchedulerX</title><p>Done. You can close this page."
_NONE = b"<!doctype html><title>SchedulerX</title><p>This is no answer that is waited for."

Answers = queue.Queue[str]


@contextmanager
def redirected_to(port: int, attempt: Authorisation) -> Iterator[Answers]:
    """Answers to the attempt, as the addresses that were asked for. Nobody but this machine is
    listened to, and what does not bear the attempt's state is nothing.

    Raises:
        ConfigurationError: the port is in use.
    """
    answers: Answers = queue.Queue()
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(attempt, answers))
    except OSError as error:
        raise ConfigurationError(
            f"port {port} is in use; name another with --port, and register it"
        ) from error
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield answers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(attempt: Authorisation, answers: Answers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _SILENT_S

        def log_message(self, *_: object) -> None:
            """Nothing: the address holds the code."""

        def do_GET(self) -> None:
            """Takes the answer to this attempt; a browser asks for icons as well."""
            is_ours = len(self.path) <= _LONGEST and is_answer_to(attempt, self.path)
            page = _PAGE if is_ours else _NONE
            self.send_response(200 if is_ours else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
            self.wfile.flush()
            if is_ours:
                answers.put(self.path)

    return Handler
