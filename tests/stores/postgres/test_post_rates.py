"""How fast accounts may post, as the real ledger decides it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from schedulerx.posts.ledger import Busy, Change, Sending, Taken, Taking
from schedulerx.posts.limits import Rate
from schedulerx.posts.model import Account, Content, Post, State
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.post_ledger import PostgresLedger
from schedulerx.stores.postgres.post_writes import add_account, add_post, target_id
from schedulerx.stores.postgres.posts import PostgresPosts
from schedulerx.stores.postgres.profiles import Profile

BEGUN = datetime(2026, 3, 1, 15, tzinfo=UTC)
RATES = (Rate(count=3, seconds=60),)


@pytest.fixture
def database(postgres: Profile) -> Iterator[Database]:
    found = Database(postgres)
    found.open()
    yield found
    found.close()


class Queue:
    """One account with posts that are due, and what becomes of them."""

    def __init__(self, database: Database, posts: int, accounts: int = 1) -> None:
        self.database, self.ledger = database, PostgresLedger(database)
        self.accounts = [
            Account(account_id=uuid4(), platform="p", name=str(uuid4()), secret="none")
            for _ in range(accounts)
        ]
        with database.transaction() as connection:
            for account in self.accounts:
                add_account(connection, account)
            self.targets = [self._added(connection, account) for _ in range(posts)
                            for account in self.accounts]  # fmt: skip

    def _added(self, connection: object, account: Account) -> UUID:
        post = Post(post_id=uuid4(), content=Content(text="x"), due_at=BEGUN, created_at=BEGUN)
        add_post(connection, post, [account.account_id])  # type: ignore[arg-type]  # the store's
        return target_id(post.post_id, account.account_id)

    def take(self, target: UUID, at: datetime) -> Taken:
        taking = Taking(claim="c", at=at, until=at + timedelta(minutes=20), rates={"p": RATES})
        found = self.ledger.take(target, taking)
        assert found is not None
        return found

    def send(self, target: UUID, at: datetime) -> datetime | None:
        """Takes and sends a target; when it has to wait, till when."""
        taken = self.take(target, at)
        if taken.later is not None:
            return taken.later
        until = at + timedelta(minutes=20)
        sending = Sending(claim="c", claimed_until=until, digest="d", at=at, rates=RATES)
        later = self.ledger.begin_sending(target, sending)
        if later is None:
            change = Change(source=State.SENDING, to=State.POSTED, claim="c", posted_at=at)
            assert self.ledger.move(target, change)
        return later


def seconds(moments: list[datetime | None]) -> list[float | None]:
    """Since the beginning."""
    return [None if each is None else (each - BEGUN).total_seconds() for each in moments]


def test_those_that_wait_for_a_rate_are_given_slots_one_after_the_other(database: Database) -> None:
    queue = Queue(database, 10)
    sent = [
        queue.send(target, BEGUN + timedelta(seconds=second))
        for second, target in enumerate(queue.targets)
    ]
    assert seconds(sent) == [None, None, None, 60, 61, 62, 120, 121, 122, 180]


def test_at_its_slot_each_goes_out_and_nobody_wakes_twice(database: Database) -> None:
    queue, wakes, out = Queue(database, 10), 0, []
    waiting = [(BEGUN, target) for target in queue.targets]
    while waiting:
        at, target = min(waiting)
        waiting.remove((at, target))
        later, wakes = queue.send(target, at), wakes + 1
        if later is None:
            out.append(at)
        else:
            waiting.append((later, target))
    assert seconds(list(out)) == [0, 0, 0, 60, 60, 60, 120, 120, 120, 180]
    assert wakes == 17


def test_what_comes_later_does_not_go_before_those_with_a_slot(database: Database) -> None:
    queue = Queue(database, 5)
    for target in queue.targets[:4]:
        queue.send(target, BEGUN)
    late = BEGUN + timedelta(seconds=59)
    assert seconds([queue.send(queue.targets[4], late)]) == [60]
    assert queue.send(queue.targets[3], BEGUN + timedelta(seconds=60)) is None


def test_no_more_are_prepared_than_may_be_sent(database: Database) -> None:
    queue = Queue(database, 5)
    taken = [queue.take(target, BEGUN) for target in queue.targets]
    assert [each.later is None for each in taken] == [True, True, True, False, False]
    assert [each.work.target.state for each in taken[:4]] == [State.ARMED] * 3 + [State.PENDING]


def test_an_account_that_was_throttled_rests_and_others_do_not(database: Database) -> None:
    queue = Queue(database, 2, accounts=2)
    resting = queue.accounts[0].account_id
    until = BEGUN + timedelta(seconds=90)
    queue.ledger.rest(resting, until)
    queue.ledger.rest(resting, BEGUN)  # never shorter
    due = queue.ledger.due(BEGUN, 100)
    assert {each.account_id for each in due} == {queue.accounts[1].account_id}
    assert queue.take(queue.targets[0], BEGUN).later == until
    assert queue.send(queue.targets[0], until) is None


def test_of_an_account_whose_rate_is_used_up_only_slots_are_handed_out(database: Database) -> None:
    queue = Queue(database, 5)
    for target in queue.targets[:4]:
        queue.send(target, BEGUN)
    busy = Busy(accounts=[queue.accounts[0].account_id])
    at = BEGUN + timedelta(seconds=60)
    assert [each.target_id for each in queue.ledger.due(at, 10, busy)] == [queue.targets[3]]
    assert queue.ledger.due(at, 10)[0].target_id == queue.targets[3]


def test_of_many_that_take_a_target_at_once_one_gets_it(database: Database) -> None:
    queue = Queue(database, 1)

    def take(claim: str) -> bool:
        taking = Taking(claim=claim, at=BEGUN, until=BEGUN + timedelta(minutes=20))
        found = queue.ledger.take(queue.targets[0], taking)
        assert found is not None
        return found.work.target.claim == claim

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, "abcdefgh")) == 1


def test_a_post_is_posted_when_its_targets_are_whoever_finishes_last(database: Database) -> None:
    """The state of a post is told by all its targets, though they settle at the same moment."""
    for _ in range(20):
        queue = Queue(database, 0, accounts=2)
        names = [each.account_id for each in queue.accounts]
        post = Post(post_id=uuid4(), content=Content(text="x"), due_at=BEGUN, created_at=BEGUN)
        with database.transaction() as connection:
            add_post(connection, post, names)
        with ThreadPoolExecutor(2) as pool:
            targets = [target_id(post.post_id, name) for name in names]
            assert list(pool.map(queue.send, targets, [BEGUN, BEGUN])) == [None, None]
        shown = PostgresPosts(database).show(post.post_id)
        assert shown is not None
        assert shown.state is State.POSTED
