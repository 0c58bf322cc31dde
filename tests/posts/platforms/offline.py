"""A client against its stand-in with neither sockets nor a ledger, so that thousands of answers can
be tried; any one answer may be another than the stand-in's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from schedulerx.cloud.platforms.serving import Asked, StandIn
from schedulerx.posts.http import Request, Response
from schedulerx.posts.model import Account
from schedulerx.posts.outcomes import AnswerLost, Published, Ready, Waiting
from schedulerx.posts.platform import Draft, Session
from tests.posts.platforms.harness import Case, Clock, MemoryMedia, MemoryTokens, content_of

_ID = UUID(int=7)
_ACTIONS = 25  # of one post, at most

Change = Callable[[Response], Response]


class UnsettledError(AssertionError):
    """The client asks to be called again, and again."""


@dataclass
class Spoiled:
    """Implements `schedulerx.posts.http.Http`: the stand-in's answers, but one is changed."""

    stand_in: StandIn
    at: int = -1
    change: Change = field(default=lambda answer: answer)
    asked: list[Request] = field(default_factory=list)
    acts: bool = True  # the stand-in does what it is asked, whatever is answered
    always: bool = False  # every later request of the same kind is answered so, too

    def send(self, request: Request) -> Response:
        self.asked.append(request)
        if not self._is_meant(request):
            return self._answer(request)
        return self.change(self._answer(request) if self.acts else Response(status=500))

    def _is_meant(self, request: Request) -> bool:
        """Whether the answer is one to change."""
        number = len(self.asked) - 1
        if number <= self.at or not self.always:
            return number == self.at
        first = self.asked[self.at]
        return (request.method, request.url) == (first.method, first.url)

    def _answer(self, request: Request) -> Response:
        answer = self.stand_in.handle(asked_of(request, self.stand_in.name))
        if answer is None:
            raise AnswerLost("lost")
        body = answer.body if answer.json is None else httpx.Response(200, json=answer.json).content
        headers = {key.lower(): value for key, value in answer.headers.items()}
        return Response(status=answer.status, headers=headers, body=body)


def asked_of(request: Request, name: str) -> Asked:
    """The request as it would arrive."""
    body = None if request.body is None else content_of(request.body)
    sent = httpx.Request(
        request.method, request.url, headers=request.headers, params=request.query or None,
        content=body, json=request.json, data=request.form, files=request.files,
    )  # fmt: skip
    return Asked(
        method=request.method,
        path=sent.url.path.removeprefix(f"/{name}"),
        query=dict(sent.url.params),
        headers={key.lower(): value for key, value in sent.headers.items()},
        body=sent.read(),
    )


@dataclass
class Stage:
    """One post on one account."""

    session: Session
    wire: Spoiled
    clock: Clock
    case: Case
    phase: str = "prepare"
    first: int = 0  # number of the first request of `publish`

    def settle(self) -> tuple[str, Any]:
        """Publishes it; the phase that ended it, and the outcome.

        Raises:
            PlatformError: as the client does; `self.phase` says where.
        """
        self._waited(lambda: self.case.platform.prepare(self.session), Ready)
        self.phase, self.first = "publish", len(self.wire.asked)
        sent = self.case.platform.publish(self.session)
        if isinstance(sent, Published):
            return self.phase, sent
        self.phase = "poll"
        return self.phase, self._waited(lambda: self.case.platform.poll(self.session), Published)

    def _waited(self, act: Callable[[], Any], kind: type[Any]) -> Any:
        for _ in range(_ACTIONS):
            found = act()
            if isinstance(found, kind):
                return found
            assert isinstance(found, Waiting)
            self.clock.turn(found.seconds)
        raise UnsettledError(self.phase)


def stage(case: Case, at: int = -1, change: Change = lambda answer: answer) -> Stage:
    """A new stand-in with one account, and a draft that is due; the answer number `at` changed."""
    clock = Clock()
    stand_in = case.stand_in(clock.seconds)
    wire = Spoiled(stand_in, at, change)
    options = {**case.options, **case.content.options}
    draft = Draft(
        post_id=_ID, target_id=_ID, attempt=1, due_at=clock.now(),
        content=type(case.content)(
            text=case.content.text, title=case.content.title, link=case.content.link,
            options=options,
        ),
        media=tuple(item for item, _ in case.media),
    )  # fmt: skip
    name = case.platform.name
    account = Account(
        account_id=_ID, platform=name, name=name, secret="none", options=options,
        server=f"http://127.0.0.1/{name}",
    )  # fmt: skip
    session = Session(
        account=account, draft=draft, http=wire, media=MemoryMedia(case.media),
        tokens=MemoryTokens(case.tokens(stand_in)), handle={}, now=clock.now,
        keep=lambda *_: None,
    )  # fmt: skip
    return Stage(session, wire, clock, case)
