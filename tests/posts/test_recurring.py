from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest

from schedulerx.posts.model import Account, Content, Post
from schedulerx.posts.recurring import follow
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.posts import PostgresPosts
from schedulerx.stores.postgres.profiles import Profile

DUE = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday


@pytest.fixture
def posts(postgres: Profile) -> Iterator[PostgresPosts]:
    database = Database(postgres)
    database.open()
    yield PostgresPosts(database)
    database.close()


def weekly(posts: PostgresPosts, rule: str = "FREQ=WEEKLY") -> Post:
    account = Account(account_id=uuid4(), platform="bluesky", name=str(uuid4()), secret="s")
    post = Post(
        post_id=uuid4(), content=Content(text="hello"), due_at=DUE, recurrence=rule, created_at=DUE
    )
    posts.save_account(account)
    posts.add(post, [account.account_id])
    return post


def due_times(posts: PostgresPosts) -> list[datetime]:
    return [each.post.due_at for each in posts.listed(None, 100)]


def test_before_its_time_nothing_follows_a_post(posts: PostgresPosts) -> None:
    weekly(posts)
    assert follow(posts, DUE - timedelta(seconds=1)) == []


def test_once_its_time_has_come_the_next_follows_on_the_same_accounts(posts: PostgresPosts) -> None:
    weekly(posts)
    follow(posts, DUE)
    first, second = posts.listed(None, 10)
    assert second.post.due_at == DUE + timedelta(weeks=1)
    assert [name for name, _ in second.targets] == [name for name, _ in first.targets]


def test_following_twice_makes_one(posts: PostgresPosts) -> None:
    weekly(posts)
    follow(posts, DUE)
    assert follow(posts, DUE) == []
    assert len(due_times(posts)) == 2


def test_what_was_missed_is_not_made_up_for(posts: PostgresPosts) -> None:
    weekly(posts)
    follow(posts, DUE + timedelta(weeks=5, days=1))
    assert due_times(posts) == [DUE, DUE + timedelta(weeks=6)]


def test_a_count_counts_from_the_first(posts: PostgresPosts) -> None:
    weekly(posts, "FREQ=WEEKLY;COUNT=3")
    for week in range(6):
        follow(posts, DUE + timedelta(weeks=week))
    assert len(due_times(posts)) == 3


def test_a_cancelled_post_ends_its_series(posts: PostgresPosts) -> None:
    post = weekly(posts)
    posts.cancel(post.post_id)
    assert follow(posts, DUE) == []


@pytest.mark.parametrize("hours", [-3, 5, 9 * 24])
def test_one_occurrence_that_is_moved_is_followed_by_the_next_at_its_own_time(
    posts: PostgresPosts, hours: int
) -> None:
    weekly(posts)
    (second,) = follow(posts, DUE)
    moved = second.due_at + timedelta(hours=hours)
    assert posts.change(msgspec.structs.replace(second, due_at=moved))
    follow(posts, moved)
    after = DUE + timedelta(weeks=2 if hours < 7 * 24 else 3)
    assert due_times(posts) == [DUE, moved, after]
    follow(posts, after)
    assert len(due_times(posts)) == 4
