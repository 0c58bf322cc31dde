"""A thousand posts due in one minute: how fast they are scheduled, and how late they go out.

    python -m bench.posts [--posts 1000] [--accounts 20] [--answer_ms 50]

Beside a plain worker as one writes it: rows in a table, a query for what is due, one request at a
time, the state written afterwards. Both talk to the same stand-in of Mastodon on loopback, which
takes `--answer_ms` for each answer, and to the same PostgreSQL. Lateness is from due to posted.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from schedulerx.cloud.platforms.mastodon import TOKEN, MastodonStandIn
from schedulerx.cloud.platforms.serving import Answer, Asked, serving
from schedulerx.compose.posts import PostHouse, local_posts, utc_now
from schedulerx.posts.http import Request
from schedulerx.posts.intake import Writing
from schedulerx.posts.model import Account
from schedulerx.posts.runner import Runner
from schedulerx.stores.http import HttpxClient
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.opening import open_database

LEAD = timedelta(seconds=2)  # between the last post scheduled and the time they are due


class SlowStandIn:
    """A Mastodon that takes its time for each answer, many at once."""

    def __init__(self, answer_s: float) -> None:
        self._inner, self._answer_s = MastodonStandIn(time.time), answer_s

    @property
    def visible(self) -> int:
        """Posts that everybody can see."""
        return len(self._inner.shown)

    def handle(self, asked: Asked) -> Answer | None:
        """As the stand-in, later."""
        time.sleep(self._answer_s)
        return self._inner.handle(asked)


def connected(house: PostHouse, count: int, server: str) -> list[str]:
    """Names of new accounts."""
    names = []
    for _ in range(count):
        name = str(uuid4())
        house.secrets.write(f"bench-{name}", {"access_token": TOKEN})
        house.posts.save_account(
            Account(account_id=uuid4(), platform="mastodon", name=name, secret=f"bench-{name}",
                    server=server)
        )  # fmt: skip
        names.append(name)
    return names


def scheduled(house: PostHouse, names: list[str], posts: int, due: datetime) -> float:
    """Schedules posts over the accounts; posts a second."""
    begun = time.perf_counter()
    for number in range(posts):
        writing = Writing(
            text=f"post {number} {uuid4()}",
            at=due.isoformat(),
            accounts=(names[number % len(names)],),
        )
        house.desk.schedule(house.desk.check(writing, uuid4()))
    return posts / (time.perf_counter() - begun)


def ours(house: PostHouse, due: datetime) -> list[float]:
    """The lateness of each post in seconds."""
    _until(due)
    Runner(house.publisher, house.ledger, utc_now, time.sleep).run_due("bench", lambda *_: None)
    posted = [
        target.posted_at
        for each in house.posts.listed(None, 1_000_000)
        for _, target in each.targets
        if target.posted_at
    ]
    return [(at - due).total_seconds() for at in posted]


def plain(database: Database, posts: int, due: datetime, server: str) -> list[float]:
    """The same by one loop over rows."""
    with database.transaction() as connection:
        connection.execute(
            "CREATE TABLE plain_posts (id serial PRIMARY KEY, text text, due timestamptz,"
            " state text DEFAULT 'pending', posted timestamptz)"
        )
        for number in range(posts):
            connection.execute(
                "INSERT INTO plain_posts (text, due) VALUES (%s, %s)",
                (f"plain {number} {uuid4()}", due),
            )
    _until(due)
    with HttpxClient() as http, database.transaction() as connection:
        rows = connection.execute(
            "SELECT id, text FROM plain_posts WHERE state = 'pending' AND due <= now() ORDER BY id"
        ).fetchall()
    late = []
    with HttpxClient() as http:
        for post_id, text in rows:
            request = Request(
                method="POST",
                url=f"{server}/api/v1/statuses",
                headers={"authorization": f"Bearer {TOKEN}"},
                json={"status": text, "media_ids": [], "visibility": "public"},
            )
            http.send(request)
            with database.transaction() as connection:
                connection.execute(
                    "UPDATE plain_posts SET state = 'posted', posted = now() WHERE id = %s",
                    (post_id,),
                )
            late.append((utc_now() - due).total_seconds())
    return late


def _until(moment: datetime) -> None:
    time.sleep(max(0.0, (moment - utc_now()).total_seconds()))


def line(name: str, late: list[float]) -> str:
    """One row of the table."""
    cuts = statistics.quantiles(late, n=100)
    return f"{name:8}{len(late):8,}{cuts[49]:10.2f}{cuts[98]:10.2f}{max(late):10.2f}"


def main() -> None:
    """Prints both, and the ratio of their 99th percentiles."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--accounts", type=int, default=20)
    parser.add_argument("--answer_ms", type=float, default=50)
    arguments = parser.parse_args()
    slow = SlowStandIn(arguments.answer_ms / 1000)
    with tempfile.TemporaryDirectory(prefix="bench-posts-") as folder, serving({"m": slow}) as base:
        with local_posts(Path(folder), {}) as house:
            names = connected(house, arguments.accounts, f"{base}/m")
            warm = scheduled(house, names, 50, utc_now() + timedelta(days=1))
            expected = timedelta(seconds=1.3 * arguments.posts / warm)
            due = utc_now() + expected + LEAD
            rate = scheduled(house, names, arguments.posts, due)
            mine = ours(house, due)
        assert slow.visible == arguments.posts == len(mine)
        with open_database({}, Path(folder) / "database") as database:
            theirs = plain(database, arguments.posts, utc_now() + LEAD, f"{base}/m")
    print(f"scheduled {rate:,.0f} posts/s")
    print(f"{'':8}{'posts':>8}{'p50 s':>10}{'p99 s':>10}{'last s':>10}")
    print(line("ours", mine))
    print(line("plain", theirs))
    p99 = [statistics.quantiles(late, n=100)[98] for late in (theirs, mine)]
    print(f"ratio of p99, plain to ours: {p99[0] / p99[1]:.1f}")


if __name__ == "__main__":
    main()
