"""Posts on every platform, without an account anywhere: `make demo-posts`.

Starts a stand-in of each platform on loopback, makes an account on each, schedules a post for all
of them a moment ahead, and shows how it goes out. With `--lose_answers` each platform's answer to
the post is lost once, after the platform acted: what can be looked up is, nothing is sent twice.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from schedulerx.cloud.platforms.media import NAME, MediaStandIn
from schedulerx.cloud.platforms.registry import STAGES, Stage
from schedulerx.cloud.platforms.serving import Answer, Asked, StandIn, serving
from schedulerx.commands.posts_read import STYLES
from schedulerx.compose.posts import PostHouse, local_posts, utc_now
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.posts.intake import Writing
from schedulerx.posts.means import Next
from schedulerx.posts.model import Account, Post, State, Target
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.posts.runner import Runner
from schedulerx.posts.tally import Tally
from schedulerx.settings import environment
from schedulerx.stores.folders import FolderArtifacts

FILES = Path(__file__).parent / "files"
PICTURE = FILES / "photos" / "IMG_0410_harbour_morning.jpg"
VIDEO = FILES / "videos" / "depot_camera.mp4"  # for platforms that take nothing else
TEXT = "The harbour, this morning. #harbour"


def main() -> int:
    """Runs the demonstration; ends with 0 where every post went out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="for its database, media and credentials")
    parser.add_argument("--ahead", type=int, default=60, metavar="SECONDS")
    parser.add_argument(
        "--lose_answers", action="store_true", help="lose each platform's answer to the post once"
    )
    arguments = parser.parse_args()
    try:
        begin_anew(arguments.folder)
    except ConfigurationError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    stand_ins = {name: stage.stand_in(time.time) for name, stage in STAGES.items()}
    media = MediaStandIn(FolderArtifacts(arguments.folder.resolve() / "media"))
    served = {
        name: Losing(each) if arguments.lose_answers else each for name, each in stand_ins.items()
    }
    with (
        serving({**served, NAME: media}) as base,
        local_posts(
            arguments.folder.resolve(), environment(), lambda key: f"{base}/{NAME}/{key}"
        ) as house,
    ):
        for name, stage in STAGES.items():
            _connect(house, name, stage, stand_ins[name], base)
        posts = _scheduled(house, arguments.ahead)
        sys.stdout.write(_announced(len(stand_ins), posts[0].due_at, arguments.ahead))
        states = _sent(house, posts)
    _tell(states, stand_ins, arguments.folder)
    return ExitCode.BALANCED if set(states) == {State.POSTED} else ExitCode.FAILURES


def begin_anew(folder: Path) -> None:
    """Empties what an earlier demonstration left.

    Raises:
        ConfigurationError: something else lies there.
    """
    mark = folder / "made_by_demo_posts"
    if folder.exists() and not mark.exists() and any(folder.iterdir()):
        raise ConfigurationError(f"{folder} holds something else; name a folder that is new")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mark.touch()


def _announced(count: int, due_at: datetime, ahead: int) -> str:
    return (
        f"{count} platforms are played by stand-ins on this machine. A post to each is due at\n"
        f"{due_at:%H:%M:%S} UTC, in {ahead} s; videos take some of them up to a minute more.\n"
    )


class Losing:
    """A stand-in whose answer to the first post that it shows never arrives."""

    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in
        self._lost = False

    def handle(self, asked: Asked) -> Answer | None:
        """The stand-in's answer, but for the one that is lost."""
        before = len(self._stand_in.shown)
        answer = self._stand_in.handle(asked)
        if self._lost or len(self._stand_in.shown) == before:
            return answer
        self._lost = True
        return None


def _connect(house: PostHouse, name: str, stage: Stage, stand_in: StandIn, base: str) -> None:
    account = Account(
        account_id=uuid4(), platform=name, name=name, secret=f"demo-{name}",
        server=f"{base}/{name}", options=stage.options,
    )  # fmt: skip
    house.secrets.write(account.secret, stage.tokens(stand_in))
    house.posts.save_account(account)


def _scheduled(house: PostHouse, ahead: int) -> list[Post]:
    """A post with a picture for every account, with a video where no pictures are taken."""
    at = utc_now() + timedelta(seconds=ahead)
    pictures = tuple(name for name in STAGES if PLATFORMS[name].limits.max_pictures)
    videos = tuple(name for name in STAGES if name not in pictures)
    return [
        _post(house, at, accounts, medium)
        for accounts, medium in ((pictures, PICTURE), (videos, VIDEO))
        if accounts
    ]


def _post(house: PostHouse, at: datetime, accounts: tuple[str, ...], medium: Path) -> Post:
    writing = Writing(
        text=TEXT, title="The harbour", at=at.isoformat(), accounts=accounts,
        media=(str(medium),), alt=("Boats at their moorings",),
    )  # fmt: skip
    checked = house.desk.check(writing, uuid4())
    for problem in checked.problems:
        sys.stderr.write(f"problem: {problem.message}\n")
    if checked.post is None:
        sys.exit(ExitCode.USAGE)
    return house.desk.schedule(checked)


def _sent(house: PostHouse, posts: list[Post]) -> list[State]:
    """Waits for the time, sends, and shows the ledger all the while."""
    runner = Runner(house.publisher, house.ledger, utc_now, time.sleep)
    console = Console(highlight=False)
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        while utc_now() < posts[0].due_at:
            time.sleep(0.5)
            live.update(_ledger(house, posts))

        def told(_target: UUID, _after: Next) -> None:
            live.update(_ledger(house, posts))

        tally: Tally = runner.run_due(f"demo-{uuid4().hex}", told)
    console.print(_ledger(house, posts))
    for defect in tally.defects:
        sys.stderr.write(f"error: {defect}\n")
    return [target.state for _, target in _targets(house, posts)]


def _targets(house: PostHouse, posts: list[Post]) -> list[tuple[str, Target]]:
    """Every target with its account's name."""
    shown = [house.posts.show(post.post_id) for post in posts]
    return [target for each in shown if each is not None for target in each.targets]


def _ledger(house: PostHouse, posts: list[Post]) -> Table:
    post = posts[0]  # all are due at once
    left = max(0, round((post.due_at - utc_now()).total_seconds()))
    table = Table(title=f"due {post.due_at:%H:%M:%S} UTC" + (f", in {left} s" if left else ""))
    for name in ("account", "state", "attempts", "late", "where, or why"):
        table.add_column(name, no_wrap=name == "state", overflow="fold")
    for name, target in _targets(house, posts):
        late = (target.posted_at - post.due_at).total_seconds() if target.posted_at else None
        table.add_row(
            name,
            Text(target.state, style=STYLES.get(target.state, "")),
            str(target.attempt),
            "" if late is None else f"{late:.1f} s",
            Text(target.url or target.platform_id or target.error or ""),
        )
    return table


def _tell(states: list[State], stand_ins: Mapping[str, StandIn], folder: Path) -> None:
    """What everybody can see on each platform now, and where to go on."""
    posted, visible = states.count(State.POSTED), [len(each.shown) for each in stand_ins.values()]
    words = "each is visible once" if set(visible) == {1} else f"visible: {visible}"
    sys.stdout.write(f"{posted} of {len(states)} posted; {words}\n")
    if State.UNKNOWN in states:
        sys.stdout.write(
            "unknown: its answer was lost and the platform cannot be asked; a person looks, then\n"
            "  schedulerx posts resolve ID --posted URL | --not_posted\n"
        )
    sys.stdout.write(f"the same by hand: schedulerx posts list --posts_dir {folder}\n")
    missing = sorted(set(PLATFORMS) - set(stand_ins))
    if missing:
        sys.stdout.write(f"no stand-in here for {', '.join(missing)}\n")


if __name__ == "__main__":
    sys.exit(main())
