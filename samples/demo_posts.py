"""Posts on every platform, without an account anywhere: `make demo-posts`.

Starts a stand-in of each platform on loopback, makes an account on each, schedules one post for all
of them a moment ahead, and shows how it goes out.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from schedulerx.cloud.platforms.registry import STAGES, Stage
from schedulerx.cloud.platforms.serving import StandIn, serving
from schedulerx.commands.posts_read import STYLES
from schedulerx.compose.posts import PostHouse, local_posts, utc_now
from schedulerx.errors import ExitCode
from schedulerx.posts.intake import Writing
from schedulerx.posts.model import Account, Post, State
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.posts.publishing import Next
from schedulerx.posts.runner import Runner, Tally
from schedulerx.settings import environment

PICTURE = Path(__file__).parent / "files" / "photos" / "IMG_0410_harbour_morning.jpg"
TEXT = "The harbour, this morning. #harbour"


def main() -> int:
    """Runs the demonstration; ends with 0 where every post went out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="for its database, media and credentials")
    parser.add_argument("--ahead", type=int, default=60, metavar="SECONDS")
    arguments = parser.parse_args()
    shutil.rmtree(arguments.folder, ignore_errors=True)  # each demonstration begins anew
    stand_ins = {name: stage.stand_in(time.time) for name, stage in STAGES.items()}
    with serving(stand_ins) as base, local_posts(arguments.folder, environment()) as house:
        for name, stage in STAGES.items():
            _connect(house, name, stage, stand_ins[name], base)
        post = _scheduled(house, arguments.ahead)
        states = _sent(house, post)
        _tell(stand_ins)
    return ExitCode.BALANCED if set(states) == {State.POSTED} else ExitCode.FAILURES


def _connect(house: PostHouse, name: str, stage: Stage, stand_in: StandIn, base: str) -> None:
    account = Account(
        account_id=uuid4(), platform=name, name=name, secret=f"demo-{name}",
        server=f"{base}/{name}", options=stage.options,
    )  # fmt: skip
    house.secrets.write(account.secret, stage.tokens(stand_in))
    house.posts.save_account(account)


def _scheduled(house: PostHouse, ahead: int) -> Post:
    """One post for every account."""
    at = utc_now() + timedelta(seconds=ahead)
    writing = Writing(
        text=TEXT, title="The harbour", at=at.isoformat(), accounts=tuple(STAGES),
        media=(str(PICTURE),), alt=("Boats at their moorings",),
    )  # fmt: skip
    checked = house.desk.check(writing, uuid4())
    for problem in checked.problems:
        sys.stderr.write(f"problem: {problem.message}\n")
    if checked.post is None:
        sys.exit(ExitCode.USAGE)
    return house.desk.schedule(checked)


def _sent(house: PostHouse, post: Post) -> list[State]:
    """Waits for the time, sends, and shows the ledger all the while."""
    runner = Runner(house.publisher, house.ledger, utc_now, time.sleep)
    with Live(_ledger(house, post), console=Console(), refresh_per_second=4) as live:
        while utc_now() < post.due_at:
            time.sleep(0.5)
            live.update(_ledger(house, post))

        def told(_target: UUID, _after: Next) -> None:
            live.update(_ledger(house, post))

        tally: Tally = runner.run_due(f"demo-{uuid4().hex}", told)
        live.update(_ledger(house, post))
    for defect in tally.defects:
        sys.stderr.write(f"error: {defect}\n")
    shown = house.posts.show(post.post_id)
    assert shown is not None
    return [target.state for _, target in shown.targets]


def _ledger(house: PostHouse, post: Post) -> Table:
    shown = house.posts.show(post.post_id)
    assert shown is not None
    left = max(0, round((post.due_at - utc_now()).total_seconds()))
    table = Table(title=f"due {post.due_at:%H:%M:%S} UTC" + (f", in {left} s" if left else ""))
    for name in ("account", "state", "attempts", "late", "where, or why"):
        table.add_column(name)
    for name, target in shown.targets:
        late = (target.posted_at - post.due_at).total_seconds() if target.posted_at else None
        table.add_row(
            name,
            Text(target.state, style=STYLES.get(target.state, "")),
            str(target.attempt),
            "" if late is None else f"{late:.1f} s",
            Text(target.url or target.platform_id or target.error or ""),
        )
    return table


def _tell(stand_ins: Mapping[str, StandIn]) -> None:
    """What everybody can see on each platform now."""
    counts = ", ".join(f"{name} {len(each.shown)}" for name, each in stand_ins.items())
    missing = sorted(set(PLATFORMS) - set(stand_ins))
    sys.stdout.write(f"visible posts: {counts}\n")
    if missing:
        sys.stdout.write(f"no stand-in here for {', '.join(missing)}\n")


if __name__ == "__main__":
    sys.exit(main())
