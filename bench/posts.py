"""Posts due in the same moment: how fast they are scheduled, how late and how fairly they go out.

    python -m bench.posts [--posts 1000] [--accounts 40] [--answer_ms 50] [--plain 1000]

Beside a plain worker as one writes it: rows in a table, a query for what is due, one request at a
time, the state written afterwards. Both talk to the same stand-in of Mastodon on loopback, which
takes `--answer_ms` for each answer, and to the same PostgreSQL. Lateness is from due to posted.

With `--troubled N` as many posts again as an account has wait for N accounts each that are paused,
whose rate is tight, and whose platform hangs; their posts are in nobody's lateness.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import tempfile
import time
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from bench.post_stages import Stages, Temper, connected, stages
from schedulerx.cloud.platforms.mastodon import TOKEN
from schedulerx.compose.posts import PostHouse, local_posts, utc_now
from schedulerx.posts.http import Request
from schedulerx.posts.intake import Writing
from schedulerx.posts.means import Next
from schedulerx.posts.model import State
from schedulerx.posts.runner import Runner
from schedulerx.stores.http import HttpxClient
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.opening import open_database

LEAD = timedelta(seconds=2)  # between the last post scheduled and the time they are due
Late = dict[str, list[float]]  # seconds, by account


def scheduled(house: PostHouse, names: list[str], posts: int, due: datetime) -> float:
    """Schedules posts over the accounts, as an import does; posts a second."""
    begun, desk = time.perf_counter(), house.desk.for_many()
    turns = itertools.islice(itertools.cycle(names), posts)
    writings = (
        Writing(text=f"post {number} {uuid4()}", at=due.isoformat(), accounts=(name,))
        for number, name in enumerate(turns)
    )
    assert desk.schedule_all(desk.check(writing, uuid4()) for writing in writings) == posts
    return posts / (time.perf_counter() - begun)


def ours(house: PostHouse, due: datetime) -> Late:
    """Publishes until the equal accounts' posts are out; those in trouble have longer to go."""
    runner = Runner(house.publisher, house.ledger, utc_now, time.sleep)
    equal = {each.account_id for each in house.posts.accounts().values() if _is_equal(each.name)}
    found = house.ledger.due(due, 1_000_000)
    left = {each.target_id for each in found if each.account_id in equal}

    def told(target: UUID, after: Next) -> None:
        if after.state is State.POSTED:
            left.discard(target)
        if not left:
            runner.stop.set()

    _until(due)
    runner.run_due("bench", told)
    late: Late = defaultdict(list)
    for each in house.posts.every():
        for name, target in each.targets:
            if target.posted_at is not None:
                late[name].append((target.posted_at - each.post.due_at).total_seconds())
    return late


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
    with database.transaction() as connection:
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
    return (f"{name:8}{len(late):8,}{cuts[49]:10.2f}{cuts[98]:10.2f}{max(late):10.2f}"
            f"{len(late) / max(late):10.0f}")  # fmt: skip


def fairness(late: Late) -> str:
    """How much later the unluckiest of the equal accounts was."""
    halves = [statistics.median(each) for name, each in late.items() if _is_equal(name)]
    lasts = [max(each) for name, each in late.items() if _is_equal(name)]
    return (f"equal accounts: median lateness {min(halves):.2f} to {max(halves):.2f} s, "
            f"last post {min(lasts):.2f} to {max(lasts):.2f} s")  # fmt: skip


def _is_equal(name: str) -> bool:
    return name.startswith(Temper.EQUAL)


def _of_ours(arguments: argparse.Namespace, house: PostHouse, stage: Stages) -> list[float]:
    """Schedules, publishes and tells; the lateness of the equal accounts."""
    names = connected(house, Temper.EQUAL, arguments.accounts, stage.base)
    troubled = [
        name
        for temper in (Temper.TIGHT, Temper.PAUSED, Temper.BROKEN)
        for name in connected(house, temper, arguments.troubled, stage.base)
    ]
    each = arguments.posts // arguments.accounts
    expected = timedelta(seconds=(arguments.posts + each * len(troubled)) / 500)
    due = utc_now() + expected + LEAD
    rate = scheduled(house, names, arguments.posts, due)
    if troubled:
        scheduled(house, troubled, each * len(troubled), due)
    before = time.process_time()
    late = ours(house, due)
    spent = (time.process_time() - before) / arguments.posts
    mine = [seconds for name, found in late.items() if _is_equal(name) for seconds in found]
    tight = [len(found) for name, found in late.items() if name.startswith(Temper.TIGHT)]
    assert len(mine) == arguments.posts
    assert stage.visible() == arguments.posts + sum(tight)
    print(f"scheduled {rate:,.0f} posts/s; published with {spent * 1000:.1f} ms of CPU each")
    print(fairness(late))
    if tight:
        print(f"of accounts that may post 20 a minute went out: {tight}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    return mine


def main() -> None:
    """Prints both, and the ratio of their 99th percentiles."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--accounts", type=int, default=40)
    parser.add_argument("--answer_ms", type=float, default=50)
    parser.add_argument("--plain", type=int, default=1000, help="posts of the plain worker")
    parser.add_argument("--troubled", type=int, default=0, help="accounts of each kind")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="bench-posts-") as folder,
        stages(arguments.answer_ms / 1000) as stage,
    ):
        with local_posts(Path(folder), {}) as house:
            mine = _of_ours(arguments, house, stage)
        with open_database({}, Path(folder) / "database") as database:
            server = f"{stage.base}/mastodon"
            theirs = plain(database, arguments.plain, utc_now() + LEAD, server)
    print(f"{'':8}{'posts':>8}{'p50 s':>10}{'p99 s':>10}{'last s':>10}{'posts/s':>10}")
    print(line("ours", mine))
    print(line("plain", theirs))
    p99 = [statistics.quantiles(late, n=100)[98] / len(late) for late in (theirs, mine)]
    print(f"ratio of p99 a post, plain to ours: {p99[0] / p99[1]:.1f}")


if __name__ == "__main__":
    main()
