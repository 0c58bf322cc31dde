"""Telling a chat, over the real ledger and a stand-in of Telegram."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier
from uuid import UUID, uuid4

import msgspec
import pytest

from schedulerx.cloud.platforms.serving import Fault, serving
from schedulerx.cloud.platforms.telegram import CHANNEL, TOKEN, TelegramStandIn
from schedulerx.errors import ConfigurationError
from schedulerx.posts.http import Http
from schedulerx.posts.ledger import Change
from schedulerx.posts.model import Account, Content, Post, State
from schedulerx.posts.notices import Event, Notices, Sent
from schedulerx.posts.telling import TELEGRAM, Teller
from schedulerx.stores.http import HttpxClient
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.post_ledger import PostgresLedger
from schedulerx.stores.postgres.post_notices import PostgresNotices
from schedulerx.stores.postgres.post_writes import add_account, add_post, target_id
from schedulerx.stores.postgres.posts import PostgresPosts
from schedulerx.stores.postgres.profiles import Profile

_PATHS = {
    State.FAILED: (State.PENDING, State.FAILED),
    State.POSTED: (State.PENDING, State.ARMED, State.SENDING, State.POSTED),
    State.UNKNOWN: (State.PENDING, State.ARMED, State.SENDING, State.UNKNOWN),
}


@dataclass
class World:
    database: Database
    chat: TelegramStandIn
    http: Http
    wanted: Notices | None
    now: datetime

    def post(self, state: State, error: str = "so it went") -> UUID:
        """A target that came to stand there; its post's id."""
        account = Account(account_id=uuid4(), platform="bluesky", name=f"a{uuid4()}", secret="s")
        post = Post(post_id=uuid4(), content=Content(text="Tide"), due_at=self.now,
                    created_at=self.now)  # fmt: skip
        with self.database.transaction() as connection:
            add_account(connection, account)
            add_post(connection, post, [account.account_id])
        path = _PATHS[state]
        for source, to in pairwise(path):
            held = to in (State.ARMED, State.SENDING) or source in (State.ARMED, State.SENDING)
            change = Change(source=source, to=to, claim="c" if held else None, error=error,
                            claimed_until=self.now if held else None)  # fmt: skip
            assert PostgresLedger(self.database).move(self.target(post.post_id, account), change)
        return post.post_id

    def target(self, post_id: UUID, account: Account) -> UUID:
        return target_id(post_id, account.account_id)

    def teller(self) -> Teller:
        return Teller(
            ledger=PostgresNotices(self.database), http=self.http,
            settings=lambda: self.wanted, now=lambda: self.now,
        )  # fmt: skip

    def said(self) -> list[str]:
        return [each.text for each in self.chat.shown]

    def counts(self) -> Sent:
        assert self.wanted is not None
        return PostgresNotices(self.database).counts(TELEGRAM, self.wanted.since, self.now)


@pytest.fixture
def world(postgres: Profile) -> Iterator[World]:
    now = datetime.now(UTC)
    chat = TelegramStandIn(now.timestamp)
    database = Database(postgres)
    database.open()
    try:
        with serving({"telegram": chat}) as base, HttpxClient() as http:
            wanted = Notices(
                bot_token=TOKEN, chat=CHANNEL, since=now - timedelta(hours=1),
                server=f"{base}/telegram",
            )  # fmt: skip
            yield World(database, chat, http, wanted, now)
    finally:
        database.close()


def test_a_failure_is_told_once(world: World) -> None:
    post = world.post(State.FAILED, "the text is too long")
    assert [world.teller().tell().count for _ in range(3)] == [1, 0, 0]
    assert len(world.said()) == 1
    assert "the text is too long" in world.said()[0]
    assert f"posts retry {str(post)[:8]}" in world.said()[0]


def test_what_failed_again_is_another_event(world: World) -> None:
    post = world.post(State.FAILED)
    world.teller().tell()
    posts = PostgresPosts(world.database)
    posts.retry(post, world.now, world.now)
    listed = posts.show(post)
    assert listed is not None
    change = Change(source=State.PENDING, to=State.FAILED, error="again")
    PostgresLedger(world.database).move(listed.targets[0][1].target_id, change)
    assert world.teller().tell().count == 1


def test_what_went_out_is_told_to_whoever_asked(world: World) -> None:
    world.post(State.POSTED)
    assert world.teller().tell().count == 0
    assert world.wanted is not None
    world.wanted = msgspec.structs.replace(world.wanted, states=(State.POSTED,))
    assert world.teller().tell().count == 1


def test_an_unknown_outcome_is_told_when_it_was_looked_up_in_vain(world: World) -> None:
    post = world.post(State.UNKNOWN)
    assert world.teller().tell().count == 0
    listed = PostgresPosts(world.database).show(post)
    assert listed is not None
    target = listed.targets[0][1].target_id
    change = Change(source=State.UNKNOWN, to=State.UNKNOWN, error="look at the channel")
    PostgresLedger(world.database).move(target, change)
    assert world.teller().tell().count == 1
    assert "look at the channel" in world.said()[0]


def test_an_unknown_outcome_that_nobody_could_look_up_is_told_after_a_while(world: World) -> None:
    world.post(State.UNKNOWN)
    world.now += timedelta(minutes=16)
    assert world.teller().tell().count == 1


def test_what_happened_before_anybody_asked_is_not_told(world: World) -> None:
    world.post(State.FAILED)
    assert world.wanted is not None
    since = datetime.now(UTC) + timedelta(seconds=1)
    world.wanted = msgspec.structs.replace(world.wanted, since=since)
    assert world.teller().tell().count == 0


def test_a_throttled_message_waits_as_long_as_it_is_asked_to(world: World) -> None:
    world.post(State.FAILED)
    world.chat.faults.append(Fault.THROTTLED)
    assert "Too Many Requests" in world.teller().tell().trouble
    world.post(State.FAILED)  # the channel rests, for what comes meanwhile too
    world.now += timedelta(seconds=29)
    assert world.teller().tell().count == 0
    assert len(world.chat.asked) == 1
    world.now += timedelta(seconds=2)
    assert world.teller().tell().count == 2
    assert len(world.said()) == 1


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.UNANSWERED, Fault.BROKEN])
def test_what_may_have_arrived_is_never_sent_again_and_is_counted(
    world: World, fault: Fault
) -> None:
    world.post(State.FAILED)
    world.chat.faults.append(fault)
    assert "may not have arrived" in world.teller().tell().trouble
    world.now += timedelta(days=1)
    assert world.teller().tell().count == 0
    assert len(world.said()) <= 1
    assert world.counts().lost == 1


def test_a_teller_that_was_killed_tells_nothing_twice(world: World) -> None:
    world.post(State.FAILED)
    assert world.wanted is not None
    ledger = PostgresNotices(world.database)
    assert len(ledger.claim(TELEGRAM, world.wanted.states, world.wanted.since, world.now)) == 1
    world.now += timedelta(hours=1)
    assert world.teller().tell().count == 0
    assert world.counts().lost == 1


def test_a_bot_that_was_thrown_out_is_told_and_tells_when_it_is_back(world: World) -> None:
    world.post(State.FAILED)
    world.chat.is_member = False
    assert "posts notify --telegram" in world.teller().tell().trouble
    world.chat.is_member = True
    world.now += timedelta(minutes=16)
    assert world.teller().tell().count == 1


def test_without_a_server_the_events_wait(world: World) -> None:
    world.post(State.FAILED)
    assert world.wanted is not None
    reachable = world.wanted
    world.wanted = msgspec.structs.replace(reachable, server="http://127.0.0.1:9")
    trouble = world.teller().tell().trouble
    assert "1 notices wait" in trouble
    assert TOKEN not in trouble
    world.wanted = reachable
    world.now += timedelta(minutes=2)
    assert world.teller().tell().count == 1


def test_credentials_that_cannot_be_read_hurt_nobody(world: World) -> None:
    def unreadable() -> Notices:
        raise ConfigurationError("encrypted with another key")

    told = replace(world.teller(), settings=unreadable).tell()
    assert told.trouble == "notices could not be sent: encrypted with another key"


def test_of_many_that_tell_at_once_each_event_goes_to_one(world: World) -> None:
    for _ in range(6):
        world.post(State.FAILED)
    assert world.wanted is not None
    ledger, together = PostgresNotices(world.database), Barrier(4)
    asked = (TELEGRAM, world.wanted.states, world.wanted.since, world.now)

    def claim(_: int) -> list[Event]:
        together.wait()
        return ledger.claim(*asked)

    with ThreadPoolExecutor(4) as pool:
        claimed = [each.change_id for events in pool.map(claim, range(4)) for each in events]
    assert len(claimed) == len(set(claimed)) == 6
