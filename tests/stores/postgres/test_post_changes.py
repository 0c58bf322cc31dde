"""What an author may still do with a post, as the real ledger decides it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from schedulerx.posts.ledger import Change, ClaimLost, Sending, Taking
from schedulerx.posts.means import HOLD
from schedulerx.posts.model import Account, Content, Post, State
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.post_ledger import PostgresLedger
from schedulerx.stores.postgres.post_writes import target_id
from schedulerx.stores.postgres.posts import PostgresPosts
from schedulerx.stores.postgres.profiles import Profile

BEGUN = datetime(2026, 3, 1, 15, tzinfo=UTC)


class Desk:
    """A post on one account."""

    def __init__(self, database: Database) -> None:
        self.posts, self.ledger = PostgresPosts(database), PostgresLedger(database)
        account = Account(account_id=uuid4(), platform="p", name=str(uuid4()), secret="none")
        self.posts.save_account(account)
        content = Content(text="first")
        self.post = Post(post_id=uuid4(), content=content, due_at=BEGUN, created_at=BEGUN)
        self.posts.add(self.post, [account.account_id])
        self.target: UUID = target_id(self.post.post_id, account.account_id)

    def taken(self) -> None:
        taking = Taking(claim="one", at=BEGUN, until=BEGUN + HOLD)
        assert self.ledger.take(self.target, taking) is not None

    def sending(self) -> None:
        sending = Sending(claim="one", claimed_until=BEGUN + HOLD, digest="d", at=BEGUN)
        assert self.ledger.begin_sending(self.target, sending) is None

    def moved(self, source: State, to: State) -> None:
        assert self.ledger.move(self.target, Change(source=source, to=to, claim="one"))


@pytest.fixture
def desk(postgres: Profile) -> Iterator[Desk]:
    database = Database(postgres)
    database.open()
    yield Desk(database)
    database.close()


def test_what_is_being_prepared_can_be_cancelled_and_is_not_sent(desk: Desk) -> None:
    desk.taken()
    assert desk.posts.cancel(desk.post.post_id) == [State.CANCELLED]
    with pytest.raises(ClaimLost):
        desk.sending()


def test_what_may_have_been_sent_cannot_be_cancelled(desk: Desk) -> None:
    desk.taken()
    desk.sending()
    assert desk.posts.cancel(desk.post.post_id) == [State.SENDING]


def test_a_post_is_changed_until_somebody_is_at_work_on_it(desk: Desk) -> None:
    assert desk.posts.change(desk.post)
    desk.taken()
    assert not desk.posts.change(desk.post)


def test_what_is_of_unknown_outcome_is_not_retried(desk: Desk) -> None:
    desk.taken()
    desk.sending()
    desk.moved(State.SENDING, State.UNKNOWN)
    assert desk.posts.retry(desk.post.post_id, BEGUN, BEGUN - HOLD) == [State.UNKNOWN]


def test_what_was_unknown_is_retried_only_when_its_request_cannot_be_on_its_way(
    desk: Desk,
) -> None:
    desk.taken()
    desk.sending()
    desk.moved(State.SENDING, State.UNKNOWN)
    desk.moved(State.UNKNOWN, State.FAILED)
    soon, late = BEGUN + timedelta(minutes=1), BEGUN + HOLD + timedelta(seconds=1)
    assert desk.posts.retry(desk.post.post_id, soon, soon - HOLD) == [State.FAILED]
    assert desk.posts.retry(desk.post.post_id, late, late - HOLD) == [State.PENDING]


def test_what_was_refused_is_retried_at_once(desk: Desk) -> None:
    desk.taken()
    desk.sending()
    desk.moved(State.SENDING, State.FAILED)
    assert desk.posts.retry(desk.post.post_id, BEGUN, BEGUN - HOLD) == [State.PENDING]
