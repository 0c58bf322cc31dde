"""No path leads to two publications: random executions, faults, deaths and sweeps on a real ledger.

Three platforms stand for the three classes there are: one that knows a post by our key, one that
knows it by a handle of its own, and one that knows nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from schedulerx.posts.http import Request, Response
from schedulerx.posts.ledger import Change, Work
from schedulerx.posts.limits import Limits
from schedulerx.posts.means import HOLD
from schedulerx.posts.model import Account, Content, Post, State
from schedulerx.posts.options import Option
from schedulerx.posts.outcomes import (
    Absent,
    AnswerLost,
    NotAccepted,
    Published,
    Ready,
    Refused,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Platform, Problem, Session
from schedulerx.posts.publishing import Publisher
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.post_ledger import PostgresLedger
from schedulerx.stores.postgres.post_writes import add_account, add_post, target_id
from schedulerx.stores.postgres.posts import PostgresPosts
from schedulerx.stores.postgres.profiles import Profile

KINDS = ("keyed", "handled", "bare")
FAULTS = ("none", "not sent", "throttled", "lost before", "lost after", "error", "killed before",
          "killed after", "asleep")  # fmt: skip


class Killed(BaseException):
    """The process is gone: nothing after this point runs."""


class Server:
    """A platform's server: what is visible, and how it takes what it is sent."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.visible: list[str] = []
        self.containers: dict[str, str] = {}

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        match path:
            case "/container":
                name = f"container-{len(self.containers)}"
                self.containers[name] = "FINISHED"
                return 200, {"id": name}
            case "/publish":
                return self._publish(body)
            case "/status":
                return 200, {"status": self.containers[body["container"]]}
            case _:
                return 200, {"visible": self.visible}

    def _publish(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.kind == "keyed" and body["key"] in self.visible:
            return 200, {"id": body["key"]}
        if self.kind == "handled":
            if self.containers[body["container"]] != "FINISHED":
                return 400, {"error": "published already"}
            self.containers[body["container"]] = "PUBLISHED"
        self.visible.append(body["key"])
        return 200, {"id": body["key"]}


class FaultyHttp:
    """The wire between; `fault` is drawn for every request."""

    def __init__(self, server: Server, world: Once) -> None:
        self.server, self.world = server, world

    def send(self, request: Request) -> Response:
        fault = self.world.next_fault()
        if fault == "not sent":
            raise NotAccepted("connection refused")
        if fault == "throttled":
            return Response(status=429, headers={"retry-after": "30"}, body=b"{}")
        if fault == "lost before":
            raise AnswerLost("timeout")
        if fault == "killed before":
            raise Killed
        if fault == "asleep":  # here the others go on, while this request waits to be sent
            self.world.while_asleep()
        status, answer = self.server.answer(request.url, request.json)
        if fault == "lost after":
            raise AnswerLost("reset")
        if fault == "error":
            return Response(status=503, body=b"{}")
        if fault == "killed after":
            raise Killed
        return Response(status=status, body=msgspec.json.encode(answer))


class Fake:
    """The client of such a platform."""

    name = "fake"
    limits = Limits(max_text=100)
    options: Mapping[str, Option] = {}
    credentials = ()
    oauth = None

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def _call(self, session: Session, path: str, **body: Any) -> dict[str, Any]:
        answer = session.http.send(Request(method="POST", url=path, json=body))
        if answer.status == 429:
            raise NotAccepted("slow down", after_s=30)
        if answer.status >= 500:
            raise AnswerLost("their error")
        if answer.status >= 400:
            raise AnswerLost("refused, and perhaps since it is there")
        found: dict[str, Any] = answer.json()
        return found

    def check(self, draft: Draft) -> list[Problem]:
        return []

    def prepare(self, session: Session) -> Ready | Waiting:
        if self.kind == "handled" and "container" not in session.handle:
            session.save({"container": self._call(session, "/container")["id"]})
            return Waiting(seconds=1)
        return Ready()

    def publish(self, session: Session) -> Published | Waiting:
        found = self._call(session, "/publish", key=str(session.draft.target_id), **session.handle)
        if self.kind == "handled":
            return Waiting(seconds=1)
        return Published(platform_id=found["id"])

    def poll(self, session: Session) -> Published | Waiting:
        if self._call(session, "/status", **session.handle)["status"] == "PUBLISHED":
            return Published(platform_id=str(session.draft.target_id))
        raise Refused("expired")

    def find(self, session: Session) -> Published | Absent | Unsure:
        key = str(session.draft.target_id)
        if self.kind == "handled":
            status = self._call(session, "/status", **session.handle)["status"]
            return Published(platform_id=key) if status == "PUBLISHED" else Absent()
        if key in self._call(session, "/list")["visible"]:
            return Published(platform_id=key)
        return Absent() if self.kind == "keyed" else Unsure(hint="look at the profile")


class Plain:
    """Media need no preparation here."""

    def draft(self, work: Work, platform: Platform) -> Draft:
        target = work.target
        return Draft(
            post_id=target.post_id, target_id=target.target_id, attempt=target.attempt,
            content=work.post.content_for(platform.name), media=(), due_at=work.post.due_at,
        )  # fmt: skip

    def problems(self, draft: Draft, platform: Platform) -> list[Problem]:
        return []


class NoTokens:
    def get(self) -> dict[str, Any]:
        return {}

    def refresh(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        return change({})


class NoMedia:
    def open(self, item: Any, start: int = 0, length: int | None = None) -> BinaryIO:
        raise AssertionError

    def read(self, item: Any) -> bytes:
        raise AssertionError

    def url(self, item: Any) -> str:
        raise AssertionError


class Once(RuleBasedStateMachine):
    """One post, one account, any number of executions."""

    def __init__(self, database: Database, kind: str) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 1, 15, tzinfo=UTC)
        self.server = Server(kind)
        self.faults: Iterator[str] = iter(())
        self.asleep = 0
        self.ledger, self.posts = PostgresLedger(database), PostgresPosts(database)
        self.publisher = Publisher(
            ledger=self.ledger,
            platforms={"fake": Fake(kind)},
            preparation=Plain(),
            http=FaultyHttp(self.server, self),
            media=NoMedia(),
            tokens=lambda _: NoTokens(),
            now=lambda: self.now,
        )
        self.target = self._stored(database)

    def _stored(self, database: Database) -> UUID:
        account = Account(account_id=uuid4(), platform="fake", name=str(uuid4()), secret="none")
        post = Post(
            post_id=uuid4(), content=Content(text="a post"), due_at=self.now, created_at=self.now
        )
        with database.transaction() as connection:
            add_account(connection, account)
            add_post(connection, post, [account.account_id])
        return target_id(post.post_id, account.account_id)

    def next_fault(self) -> str:
        return next(self.faults, "none")

    def while_asleep(self) -> None:
        """While a request of one execution waits to be sent: time passes, and others act."""
        if self.asleep:
            return
        self.asleep += 1
        self.now += HOLD * 2
        self._step("a")
        self.sweep()
        for _ in range(5):
            self._step("another")
        self.asleep -= 1

    def _step(self, claim: str) -> float | None:
        try:
            return self.publisher.step(self.target, claim).again_s
        except Killed:
            return None

    @rule(
        claim=st.sampled_from("abc"),
        faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3),
    )
    def step(self, claim: str, faults: list[str]) -> None:
        self.faults = iter(faults)
        again = self._step(claim)
        self.faults = iter(())
        self.now += timedelta(seconds=again or 0)

    @rule(minutes=st.integers(1, 60))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def wait_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=max(0.01, seconds))

    @rule()
    def sweep(self) -> None:
        self.ledger.expire(self.now)

    @rule(claim=st.sampled_from("abc"), minutes=st.integers(0, 5))
    def leave(self, claim: str, minutes: int) -> None:
        self.publisher.leave(self.target, claim, minutes * 60)

    @rule()
    def look_by_hand(self) -> None:
        """A person looks, once no request can be on its way any more, and tells the truth."""
        target = self.work().target
        if target.state is not State.UNKNOWN or self.asleep:
            return
        assert target.sending_at is not None
        if self.now < target.sending_at + HOLD:
            return
        there = str(self.target) in self.server.visible
        change = Change(source=State.UNKNOWN, to=State.POSTED if there else State.PENDING)
        assert self.ledger.move(self.target, change)

    @rule()
    def cancel_and_retry(self) -> None:
        """An author stops it, and lets it go out after all."""
        post = self.work().target.post_id
        self.posts.cancel(post)
        self.posts.retry(post, self.now, self.now - HOLD)

    def work(self) -> Work:
        work = self.ledger.work(self.target)
        assert work is not None
        return work

    @invariant()
    def at_most_one_is_visible(self) -> None:
        assert len(self.server.visible) <= 1

    def teardown(self) -> None:
        """Left in peace, it settles, and the ledger says what is so."""
        for _ in range(40):
            if self.work().target.state in (State.POSTED, State.FAILED):
                break
            self.now += HOLD
            if self.work().target.state is State.CANCELLED:
                self.cancel_and_retry()
            self.sweep()
            self._step("z")
            self.look_by_hand()
        posted = self.work().target.state is State.POSTED
        assert self.work().target.state in (State.POSTED, State.FAILED)
        assert len(self.server.visible) == posted


@pytest.fixture
def database(postgres: Profile) -> Iterator[Database]:
    found = Database(postgres)
    found.open()
    yield found
    found.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_post_is_never_visible_twice_and_always_settles(kind: str, database: Database) -> None:
    run_state_machine_as_test(
        lambda: Once(database, kind),  # type: ignore[arg-type]  # a factory is documented
        settings=settings(
            max_examples=80, stateful_step_count=15, deadline=None,
            suppress_health_check=list(HealthCheck), derandomize=True,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_befalls_the_first_two_requests_one_post_is_visible(
    kind: str, database: Database
) -> None:
    for faults in itertools.product(FAULTS, FAULTS):
        world = Once(database, kind)
        world.faults = iter(faults)
        for _ in range(8):
            again = world._step("a")
            world.now += timedelta(seconds=again or 0)
            assert len(world.server.visible) <= 1, faults
        world.faults = iter(())
        world.teardown()
        assert world.server.visible == [str(world.target)], faults
