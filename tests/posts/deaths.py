"""Hundreds of seeded disasters for one platform: processes that die, requests and answers lost.

A death is an exception that nothing catches, at a request or a step of the ledger, before or after
it is done; `tests.posts.killing` has the real ones, by SIGKILL. The client, the ledger and its
PostgreSQL, the HTTP and the stand-in are the real ones; between them is no socket.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import httpx

from schedulerx.cloud.platforms.registry import STAGES
from schedulerx.cloud.platforms.serving import Asked, Fault, StandIn
from schedulerx.posts.http import Http, Request, Response
from schedulerx.posts.ledger import Change, Ledger
from schedulerx.posts.means import HOLD
from schedulerx.posts.model import Content, State, Target
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.posts.publishing import Publisher
from schedulerx.posts.sweeping import sweep
from tests.posts.platforms.harness import Bench, Case, Killed, World, medium

LEDGER_CALLS = ("take", "work", "move", "begin_sending", "keep", "rest", "refused")
_PROCESSES = 30  # until a target must be settled, or wait for a person
_LOOKS = 3  # sweeps over an unknown outcome, until a person has to look


class Boundary(StrEnum):
    """Where a disaster strikes."""

    KILLED_BEFORE_REQUEST = "killed before a request"
    KILLED_AFTER_REQUEST = "killed before its answer"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    THROTTLED = "throttled"
    BROKEN = "answered 503, done"
    KILLED_BEFORE_WRITE = "killed before a write"
    KILLED_AFTER_WRITE = "killed after a write"


_FAULTS = {
    Boundary.REQUEST_LOST: Fault.LOST,
    Boundary.ANSWER_LOST: Fault.UNANSWERED,
    Boundary.THROTTLED: Fault.THROTTLED,
    Boundary.BROKEN: Fault.BROKEN,
}
_WRITES = (Boundary.KILLED_BEFORE_WRITE, Boundary.KILLED_AFTER_WRITE)


class Ending(StrEnum):
    """What became of a post."""

    POSTED = "posted"
    FOUND = "unknown, then found out"
    PERSON = "unknown, for a person"


@dataclass(frozen=True)
class Disaster:
    """Strikes at the so-manyth request, or step of the ledger, after the one before."""

    boundary: Boundary
    at: int


def schedules(name: str, count: int, calls: tuple[int, int]) -> Iterator[tuple[Disaster, ...]]:
    """Seeded, so that a failure comes again: each boundary in turn, and up to two more. `calls`: so
    many requests, and steps of the ledger, an undisturbed post takes.
    """
    chance, boundaries = random.Random(name), tuple(Boundary)
    for number in range(count):
        more = chance.choices(boundaries, k=chance.randint(0, 2))
        yield tuple(
            Disaster(each, chance.randint(1, calls[each in _WRITES]))
            for each in (boundaries[number % len(boundaries)], *more)
        )


class Fate:
    """The disasters of one post, one after the other."""

    def __init__(self, disasters: tuple[Disaster, ...], stand_in: StandIn) -> None:
        self._left, self._stand_in, self._calls = list(disasters), stand_in, 0
        self.struck: list[Boundary] = []
        self.calls = [0, 0]  # requests, steps of the ledger

    def of(self, *, write: bool) -> Boundary | None:
        """What befalls the next call."""
        self.calls[write] += 1
        if not self._left or (self._left[0].boundary in _WRITES) is not write:
            return None
        self._calls += 1
        if self._calls < self._left[0].at:
            return None
        self._calls = 0
        self.struck.append(self._left.pop(0).boundary)
        return self.struck[-1]

    def send(self, http: Http, request: Request) -> Response:
        """The request, and what befalls it."""
        boundary = self.of(write=False)
        if boundary is Boundary.KILLED_BEFORE_REQUEST:
            raise Killed
        if boundary in _FAULTS:
            self._stand_in.faults.append(_FAULTS[boundary])
        answer = http.send(request)
        if boundary is Boundary.KILLED_AFTER_REQUEST:
            raise Killed
        return answer


@dataclass(frozen=True)
class FatefulHttp:
    """HTTP to which things happen."""

    http: Http
    fate: Fate

    def send(self, request: Request) -> Response:
        return self.fate.send(self.http, request)


class FatefulLedger:
    """A ledger whose caller dies."""

    def __init__(self, ledger: Ledger, fate: Fate) -> None:
        self._ledger, self._fate = ledger, fate

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._ledger, name)
        return self._deadly(call) if name in LEDGER_CALLS else call

    def _deadly(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            boundary = self._fate.of(write=True)
            if boundary is Boundary.KILLED_BEFORE_WRITE:
                raise Killed
            result = call(*arguments, **named)
            if boundary is Boundary.KILLED_AFTER_WRITE:
                raise Killed
            return result

        return called


def transport(served: dict[str, StandIn]) -> httpx.MockTransport:
    """Hands requests to the stand-in that the first part of their path names."""

    def handle(request: httpx.Request) -> httpx.Response:
        url = urlsplit(str(request.url))
        name, _, rest = url.path.lstrip("/").partition("/")
        asked = Asked(
            method=request.method, path=f"/{rest}", query=dict(request.url.params),
            headers=dict(request.headers), body=request.read(),
        )  # fmt: skip
        answer = served[name].handle(asked)
        if answer is None:
            raise httpx.ReadError("the connection ended")
        if answer.json is None:
            return httpx.Response(answer.status, headers=answer.headers, content=answer.body)
        return httpx.Response(answer.status, headers=answer.headers, json=answer.json)

    return httpx.MockTransport(handle)


def case_of(name: str) -> Case:
    """A post with a picture, or with a video where no pictures are taken."""
    stage, platform = STAGES[name], PLATFORMS[name]
    given = (
        medium("image/jpeg", b"a picture")
        if platform.limits.max_pictures
        else medium("video/mp4", b"a film", duration_s=10.0, fps=30.0)
    )
    return Case(
        platform=platform, stand_in=stage.stand_in, tokens=stage.tokens, options=stage.options,
        content=Content(text="A post", title="A post"), media=(given,),
    )  # fmt: skip


def lived(world: World, disasters: tuple[Disaster, ...]) -> tuple[Target, Fate]:
    """Processes one after the other, until the post is settled or a person has to look."""
    fate = Fate(disasters, world.stand_in)
    ledger: Any = FatefulLedger(world.publisher.ledger, fate)
    publisher = replace(
        world.publisher, ledger=ledger, http=FatefulHttp(world.publisher.http, fate)
    )
    looks = 0
    for number in range(_PROCESSES):
        with suppress(Killed):  # the next one goes on
            _live(publisher, world, f"process {number}")
        assert len(world.stand_in.shown) <= 1, disasters
        state = world.target().state
        looks += state is State.UNKNOWN
        if state in (State.POSTED, State.FAILED) or looks > _LOOKS:
            break
        world.clock.turn(HOLD.total_seconds() * 1.1)
    return world.target(), fate


def _live(publisher: Publisher, world: World, claim: str) -> None:
    """One process: it sweeps, and goes on with the post as long as it may."""
    sweep(publisher.ledger, publisher, world.clock.now())
    again: float | None = 0.0
    while again is not None:
        world.clock.turn(again)
        again = publisher.go(world.target_id, claim).again_s


def ending_of(bench: Bench, world: World, target: Target) -> Ending:
    """How it went; the ledger tells the truth, and every state has a way out."""
    visible = len(world.stand_in.shown)
    if target.state is State.UNKNOWN:
        assert target.error  # a person is told where to look
        _resolved(world, visible=bool(visible))
        return Ending.PERSON
    assert target.state is State.POSTED, target
    assert visible == 1
    return Ending.FOUND if _was_unknown(bench, target) else Ending.POSTED


def _resolved(world: World, *, visible: bool) -> None:
    """A person looks and says so; what is not there goes out."""
    to = State.POSTED if visible else State.PENDING
    change = Change(source=State.UNKNOWN, to=to, due_at=world.clock.now())
    assert world.publisher.ledger.move(world.target_id, change)
    _live(world.publisher, world, "after a person looked")
    target = world.target()
    # A refresh token whose answer was lost is used up: then the account is connected again.
    is_posted = "connect the account again" not in (target.error or "")
    assert target.state is (State.POSTED if is_posted else State.FAILED), target
    assert len(world.stand_in.shown) == is_posted


def _was_unknown(bench: Bench, target: Target) -> bool:
    with bench.database.transaction() as connection:
        row = connection.execute(
            "SELECT count(*) FROM post_changes WHERE target_id = %s AND state = 'unknown'",
            (target.target_id,),
        ).fetchone()
    assert row is not None
    return bool(row[0])


def tried(bench: Bench, name: str, count: int) -> Counter[tuple[Boundary, Ending]]:
    """So many schedules for a platform: what became of the posts, by what struck them."""
    told = Counter[tuple[Boundary, Ending]]()
    _, undisturbed = lived(bench.world(case_of(name)), ())
    requests, writes = undisturbed.calls
    for disasters in schedules(name, count, (requests, writes)):
        world = bench.world(case_of(name))
        target, fate = lived(world, disasters)
        ending = ending_of(bench, world, target)
        told.update((boundary, ending) for boundary in set(fate.struck))
    return told
