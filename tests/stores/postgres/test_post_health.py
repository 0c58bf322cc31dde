from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from schedulerx.posts.health import AccountHealth, Health, PlatformHealth
from schedulerx.posts.model import Account, Content, Post
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.posts import PostgresPosts
from schedulerx.stores.postgres.profiles import Profile

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


class Bench:
    """Accounts, and posts that ended as they are told to."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.posts = PostgresPosts(database)

    def account(self, platform: str, name: str) -> Account:
        made = Account(account_id=uuid4(), platform=platform, name=name, secret=name)
        self.posts.save_account(made)
        return made

    def post(self, account: Account, state: str, due_at: datetime, late_s: float = 0) -> None:
        post = Post(
            post_id=uuid4(), content=Content(text="a"), due_at=due_at, zone="UTC", created_at=due_at
        )
        (target,) = self.posts.add(post, [account.account_id])
        posted_at = due_at + timedelta(seconds=late_s) if state == "posted" else None
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE post_targets SET state = %s, posted_at = %s WHERE target_id = %s",
                (state, posted_at, target.target_id),
            )

    def health(self) -> Health:
        return self.posts.health(NOW - WEEK, NOW)

    def of(self, name: str) -> AccountHealth:
        return next(each for each in self.health().accounts if each.account == name)


@pytest.fixture
def bench(postgres: Profile) -> Iterator[Bench]:
    database = Database(postgres)
    database.open()
    yield Bench(database)
    database.close()


def test_rates_are_of_what_ended(bench: Bench) -> None:
    coast = bench.account("mastodon", "coast")
    for state in ("posted", "posted", "failed", "unknown", "cancelled"):
        bench.post(coast, state, NOW - timedelta(days=1))
    bench.post(coast, "pending", NOW + timedelta(days=1))

    found = bench.of("coast")

    assert (found.posted, found.failed, found.unknown, found.waiting) == (2, 1, 1, 1)
    assert (found.success, found.errors, found.overdue) == (0.5, 0.25, 0)


def test_nothing_that_ended_has_no_rate(bench: Bench) -> None:
    bench.account("mastodon", "coast")

    found = bench.of("coast")

    assert (found.success, found.errors, found.lateness_p50_s) == (None, None, None)


def test_a_platform_is_told_over_all_its_accounts(bench: Bench) -> None:
    coast, tower = bench.account("mastodon", "coast"), bench.account("mastodon", "tower")
    sky = bench.account("bluesky", "sky")
    for late in (1, 2, 3):
        bench.post(coast, "posted", NOW - timedelta(days=1), late)
    bench.post(tower, "posted", NOW - timedelta(days=1), 100)
    bench.post(tower, "failed", NOW - timedelta(days=1))
    bench.post(sky, "posted", NOW - timedelta(days=1), 9)

    by_name = {each.platform: each for each in bench.health().platforms}

    assert by_name["mastodon"] == PlatformHealth(
        platform="mastodon", posted=4, failed=1, success=0.8, errors=0.2,
        lateness_p50_s=2.5, lateness_p99_s=by_name["mastodon"].lateness_p99_s,
    )  # fmt: skip
    assert by_name["mastodon"].lateness_p99_s == pytest.approx(97.09)
    assert (by_name["bluesky"].posted, by_name["bluesky"].lateness_p50_s) == (1, 9)


def test_what_ended_before_the_period_does_not_count_and_what_is_open_does(bench: Bench) -> None:
    coast, before = bench.account("mastodon", "coast"), NOW - WEEK - timedelta(days=30)
    for state in ("posted", "failed", "cancelled", "unknown", "pending"):
        bench.post(coast, state, before)

    found = bench.of("coast")

    assert (found.posted, found.failed, found.unknown, found.overdue) == (0, 0, 1, 1)
    assert len(list(bench.health().complaints())) == 2


@pytest.mark.parametrize(("minutes", "overdue"), [(4, 0), (6, 1)])
def test_a_post_is_late_after_five_minutes(bench: Bench, minutes: int, overdue: int) -> None:
    bench.post(bench.account("x", "bird"), "pending", NOW - timedelta(minutes=minutes))

    assert bench.of("bird").overdue == overdue
