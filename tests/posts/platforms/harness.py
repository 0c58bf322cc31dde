"""A platform's client behind the real publisher, ledger and HTTP, against its stand-in, with a
virtual clock; and every way in which a request of its sequence can go wrong.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from schedulerx.cloud.platforms.serving import Fault, StandIn, serving
from schedulerx.posts.checking import problems_of
from schedulerx.posts.http import Http, Request, Response
from schedulerx.posts.intake import draft_of
from schedulerx.posts.ledger import Work
from schedulerx.posts.means import HOLD
from schedulerx.posts.model import Account, Content, MediaItem, Post, State, Target
from schedulerx.posts.platform import Draft, Platform, Problem, Session
from schedulerx.posts.publishing import Publisher
from schedulerx.posts.sweeping import sweep
from schedulerx.stores.http import HttpxClient
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.post_ledger import PostgresLedger
from schedulerx.stores.postgres.post_writes import add_account, add_post, target_id
from schedulerx.stores.postgres.profiles import Profile

BEGUN = datetime(2026, 3, 1, 15, tzinfo=UTC)
KILLS = ("killed before", "killed after")
FAULTS: tuple[Fault | str, ...] = (
    Fault.LOST, Fault.UNANSWERED, Fault.THROTTLED, Fault.BROKEN, *KILLS,
)  # fmt: skip
_ACTIONS = 200  # of one post, at most


class Killed(BaseException):
    """The process is gone: nothing after this point runs."""


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.at = BEGUN

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        """As the stand-ins read it."""
        return self.at.timestamp()

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


MakeStandIn = Callable[[Callable[[], float]], StandIn]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is posted, where, and with which credentials."""

    platform: Platform
    stand_in: MakeStandIn
    content: Content
    media: tuple[tuple[MediaItem, bytes], ...] = ()
    # Of an account on the stand-in; made for each, since it may have to know them.
    tokens: Callable[[Any], dict[str, Any]] = field(default=lambda _: {"access_token": "token"})
    options: dict[str, Any] = field(default_factory=dict)  # of the account


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a post, of which one request went wrong."""

    request: str  # "POST /path"
    fault: str
    target: Target
    visible: int


def medium(
    media_type: str, content: bytes, *, width: int = 1000, height: int = 1000, **told: Any
) -> tuple[MediaItem, bytes]:
    """A medium with its bytes; what a decoder would say of it is told."""
    digest = hashlib.sha256(content).hexdigest()
    name = f"{digest[:8]}.{media_type.partition('/')[2]}"
    item = MediaItem(
        key=f"posts/{name}", sha256=digest, media_type=media_type, bytes=len(content), name=name,
        width=width, height=height, **told,
    )  # fmt: skip
    return item, content


def content_of(sent: bytes | BinaryIO) -> bytes:
    """What was sent as a body, or as a file of a form."""
    if isinstance(sent, bytes):
        return sent
    sent.seek(0)
    return sent.read()


class MemoryMedia:
    """Implements `schedulerx.posts.platform.Media`."""

    def __init__(self, media: tuple[tuple[MediaItem, bytes], ...]) -> None:
        self._bytes = {item.key: content for item, content in media}

    def open(self, item: MediaItem, start: int = 0, length: int | None = None) -> BinaryIO:
        content = self._bytes[item.key]
        return io.BytesIO(content[start:] if length is None else content[start : start + length])

    def read(self, item: MediaItem) -> bytes:
        return self._bytes[item.key]

    def url(self, item: MediaItem) -> str:
        return f"https://media.example/{item.key}"


class AsGiven:
    """Implements `schedulerx.posts.means.Preparation`; media fit already."""

    def draft(self, work: Work, platform: Platform) -> Draft:
        return draft_of(work.post, work.account, work.target.target_id, work.target.attempt)

    def problems(self, draft: Draft, platform: Platform) -> list[Problem]:
        return problems_of(draft, platform)


class MemoryTokens:
    """Implements `schedulerx.posts.platform.Tokens`: what is stored outlives a killed process."""

    def __init__(self, stored: dict[str, Any]) -> None:
        self.stored = stored

    def get(self) -> dict[str, Any]:
        return self.stored

    def refresh(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        self.stored = change(self.stored)
        return self.stored


class Wire:
    """The HTTP of the house; a process may die at one of its requests."""

    def __init__(self, http: Http) -> None:
        self.http = http
        self.sent: list[Request] = []
        self.kill: tuple[int, str] | None = None  # at which request, and when

    def send(self, request: Request) -> Response:
        at, when = self.kill or (-1, "")
        number = len(self.sent)
        self.sent.append(request)
        if number == at and when == "killed before":
            raise Killed
        answer = self.http.send(request)
        if number == at:
            raise Killed
        return answer


@dataclass
class World:
    """One post on one account of a stand-in."""

    case: Case
    stand_in: StandIn
    clock: Clock
    wire: Wire
    tokens: MemoryTokens
    publisher: Publisher
    target_id: UUID

    def target(self) -> Target:
        """As the ledger has it."""
        work = self.publisher.ledger.work(self.target_id)
        assert work is not None
        return work.target

    def run(self) -> Target:
        """Until it is settled, or a person is needed."""
        claim, actions, looks = "first", 0, 0
        while actions < _ACTIONS:
            actions += 1
            try:
                again = self.publisher.step(self.target_id, claim).again_s
            except Killed:
                claim, again = f"after {actions}", None
            if again is not None:
                self.clock.turn(again)
                continue
            if self.target().state in (State.POSTED, State.FAILED) or looks == 3:
                return self.target()
            looks += self.target().state is State.UNKNOWN
            self.clock.turn(HOLD.total_seconds() * 1.1)
            sweep(self.publisher.ledger, self.publisher, self.clock.now())
        raise AssertionError(f"not settled after {_ACTIONS} actions: {self.target()}")

    def session(self) -> Session:
        """To drive the client by itself."""
        work = self.publisher.ledger.work(self.target_id)
        assert work is not None
        return Session(
            account=work.account, draft=self.draft(), http=self.wire,
            media=self.publisher.media, tokens=self.tokens, handle=dict(work.target.handle),
            now=self.clock.now, keep=lambda *_: None,
        )  # fmt: skip

    def draft(self) -> Draft:
        """The post as it is to appear."""
        work = self.publisher.ledger.work(self.target_id)
        assert work is not None
        return self.publisher.preparation.draft(work, self.case.platform)


class Bench:
    """Worlds one after another, over one database and one HTTP server."""

    def __init__(
        self, database: Database, served: dict[str, StandIn], base: str, http: Http
    ) -> None:
        self.http = http
        self.database = database
        self.served = served
        self.base = base

    def world(self, case: Case, server: str = "", **changed: Any) -> World:
        """A new stand-in with one account, and a post that is due; `changed`: of the case.
        `server`: a real one instead.
        """
        case = replace(case, **changed)
        clock = Clock()
        stand_in = self.served[case.platform.name] = case.stand_in(clock.seconds)
        account = Account(
            account_id=uuid4(), platform=case.platform.name, name=str(uuid4()), secret="none",
            server=server or f"{self.base}/{case.platform.name}", options=case.options,
        )  # fmt: skip
        post = Post(
            post_id=uuid4(), content=case.content, media=tuple(item for item, _ in case.media),
            due_at=clock.now(), created_at=clock.now(),
        )  # fmt: skip
        with self.database.transaction() as connection:
            add_account(connection, account)
            add_post(connection, post, [account.account_id])
        return self._world(case, stand_in, clock, target_id(post.post_id, account.account_id))

    def _world(self, case: Case, stand_in: StandIn, clock: Clock, target: UUID) -> World:
        wire = Wire(self.http)
        tokens = MemoryTokens(case.tokens(stand_in))
        publisher = Publisher(
            ledger=PostgresLedger(self.database),
            platforms={case.platform.name: case.platform},
            preparation=AsGiven(),
            http=wire,
            media=MemoryMedia(case.media),
            tokens=lambda _: tokens,
            now=clock.now,
        )
        return World(case, stand_in, clock, wire, tokens, publisher, target)

    def outcomes(self, case: Case) -> Iterator[Outcome]:
        """Each fault at each request of the undisturbed sequence, a new world each time."""
        undisturbed = self.world(case)
        undisturbed.run()
        for number in range(len(undisturbed.stand_in.asked)):
            request = undisturbed.stand_in.asked[number]
            for fault in FAULTS:
                world = self.world(case)
                if isinstance(fault, Fault):
                    world.stand_in.faults.extend([*[Fault.NONE] * number, fault])
                else:
                    world.wire.kill = (number, fault)
                target = world.run()
                visible = len(world.stand_in.shown)
                yield Outcome(request=request, fault=fault, target=target, visible=visible)


@contextmanager
def bench_on(postgres: Profile) -> Iterator[Bench]:
    """A bench over a migrated database."""
    database = Database(postgres)
    database.open()
    served: dict[str, StandIn] = {}
    try:
        with serving(served) as base, HttpxClient() as http:
            yield Bench(database, served, base, http)
    finally:
        database.close()


def prove_once(bench: Bench, case: Case, may_be_unknown: set[str]) -> int:
    """Whatever befalls any request: at most one visible post, and a ledger that tells the truth.
    Unknown is allowed only after the requests named; the number of ways tried.
    """
    tried = 0
    for outcome in bench.outcomes(case):
        tried += 1
        state, visible = outcome.target.state, outcome.visible
        assert visible <= 1, outcome
        assert (state is State.POSTED) == (visible == 1) or state is State.UNKNOWN, outcome
        if state is State.UNKNOWN:
            assert outcome.request in may_be_unknown, outcome
            assert outcome.target.error, outcome
        else:
            assert state is State.POSTED, outcome
    return tried
