"""The rehearsal's own addresses, beside the AWS APIs: `/_rehearsal/…`.

`GET /_rehearsal/clock` tells the schedules' time; `POST {"advance_seconds": N}` moves a virtual
clock and answers with what fired. `PUT /_rehearsal/answers/ID` takes custom resources' answers.
Applications answer below a folder of their own, as `/_rehearsal/apis/`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

PREFIX = "/_rehearsal/"
Route = Callable[[str, Any], Any]  # (method, body) → JSON answer
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Endpoints:
    """Routes in front of moto's application."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.applications: dict[str, Application] = {}  # by what the path begins with
        self.answers: dict[str, dict[str, Any]] = {}
        self.answered = threading.Condition()

    def around(self, application: Application) -> Application:
        """The application that serves ours and passes on all else."""

        def dispatch(
            environ: dict[str, Any], start_response: Callable[..., Any]
        ) -> Iterable[bytes]:
            path = environ["PATH_INFO"]
            if not path.startswith(PREFIX):
                return application(environ, start_response)
            for area, own in self.applications.items():
                if path.startswith(PREFIX + area):
                    return own(environ, start_response)
            status, answer = self._serve(path.removeprefix(PREFIX), environ)
            start_response(
                f"{status.value} {status.phrase}", [("Content-Type", "application/json")]
            )
            return [json.dumps(answer).encode()]

        return dispatch

    def _serve(self, path: str, environ: dict[str, Any]) -> tuple[HTTPStatus, Any]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        text = environ["wsgi.input"].read(length)
        try:
            body = json.loads(text) if text else {}
            if path.startswith("answers/"):
                return HTTPStatus.OK, self._take_answer(path.removeprefix("answers/"), body)
            if path in self.routes:
                return HTTPStatus.OK, self.routes[path](environ["REQUEST_METHOD"], body)
        except (ValueError, KeyError, TypeError) as error:
            return HTTPStatus.BAD_REQUEST, {"error": str(error)}
        return HTTPStatus.NOT_FOUND, {"error": f"No such address: {PREFIX}{path}"}

    def _take_answer(self, identifier: str, body: dict[str, Any]) -> dict[str, Any]:
        with self.answered:
            self.answers[identifier] = body
            self.answered.notify_all()
        return {}

    def wait_answer(self, identifier: str, timeout: float) -> dict[str, Any] | None:
        """The answer put under this id, or None after `timeout` seconds."""
        with self.answered:
            self.answered.wait_for(lambda: identifier in self.answers, timeout)
            return self.answers.pop(identifier, None)
