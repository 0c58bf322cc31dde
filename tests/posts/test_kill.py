"""The publishing process dies by SIGKILL, anywhere, and the next goes on: at most one post."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from schedulerx.cloud.platforms.media import NAME, MediaStandIn
from schedulerx.cloud.platforms.registry import STAGES, Stage
from schedulerx.cloud.platforms.serving import StandIn, serving
from schedulerx.compose.posts import PostHouse, local_posts
from schedulerx.posts.intake import Writing
from schedulerx.posts.means import HOLD
from schedulerx.posts.model import Account, Post, State, Target
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.postgres.profiles import Profile
from tests.conftest import ROOT
from tests.posts.killing import Attempt, Clock, Trap

FILES = ROOT / "samples" / "files"
PICTURE = FILES / "photos" / "IMG_0410_harbour_morning.jpg"
VIDEO = FILES / "videos" / "depot_camera.mp4"  # for platforms that take nothing else
DEATHS = int(os.environ.get("POSTS_KILLS", "6"))  # of each platform
ROUNDS = 8  # processes until a target must be settled, or wait for a person


@pytest.fixture
def env(postgres: Profile) -> dict[str, str]:
    """The database of this test, as a profile of the house."""
    values = {
        "USER": postgres.user, "PASSWORD": postgres.password, "HOST": postgres.host,
        "PORT": str(postgres.port), "NAME": postgres.dbname, "SCHEMA": postgres.schema,
    }  # fmt: skip
    return {
        "DB_PROFILE": "LOCAL_1",
        **{f"LOCAL_1_DB_{name}": text for name, text in values.items()},
    }


def scheduled(house: PostHouse, name: str, stage: Stage, stand_in: StandIn, base: str) -> Post:
    """A post with a picture or a video, due at the beginning of the test's clock."""
    account = Account(
        account_id=uuid4(), platform=name, name=str(uuid4()), secret=f"test-{uuid4()}",
        server=f"{base}/{name}", options=stage.options,
    )  # fmt: skip
    house.secrets.write(account.secret, stage.tokens(stand_in))
    house.posts.save_account(account)
    medium = PICTURE if PLATFORMS[name].limits.max_pictures else VIDEO
    writing = Writing(
        text=f"A post {uuid4()}", title="A post", accounts=(account.name,), media=(str(medium),)
    )
    checked = replace(house.desk, now=lambda: Clock(time.time()).now()).check(writing, uuid4())
    assert checked.post is not None, checked.problems
    return house.desk.schedule(checked)


def settled(house: PostHouse, post: Post) -> Target:
    """The post's one target."""
    shown = house.posts.show(post.post_id)
    assert shown is not None
    return shown.targets[0][1]


def deaths(name: str) -> Iterator[tuple[str, int, bool]]:
    """Where, at which call, and whether before it: seeded, so that a failure comes again."""
    chance = random.Random(name)
    for _ in range(DEATHS):
        place = chance.choice(("request", "request", "ledger"))
        yield place, chance.randint(1, 6 if place == "request" else 10), chance.random() < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(STAGES))
def test_whenever_the_process_is_killed_one_post_is_visible(
    name: str, tmp_path: Path, env: dict[str, str]
) -> None:
    stage, told = STAGES[name], Counter[str]()
    for place, at, before in deaths(name):
        clock = Clock(time.time())
        trap = Trap(stage.stand_in(lambda: clock.seconds()))  # noqa: B023, PLW0108  (put forward)
        media = MediaStandIn(FolderArtifacts(tmp_path / "media"))
        with serving({name: trap, NAME: media}) as base, local_posts(tmp_path, env) as house:
            post = scheduled(house, name, stage, trap.stand_in, base)
            for round_ in range(ROUNDS):
                doomed = round_ < 2  # two processes die, one after the other
                attempt = Attempt(
                    tmp_path, env, clock, f"{base}/{NAME}",
                    at * (doomed and place == "ledger"), before,
                )  # fmt: skip
                trap.at = trap.requests + at if doomed and place == "request" else None
                trap.before = before
                trap.victim = attempt.start()
                trap.victim.join()
                told["killed"] += trap.victim.exitcode == -signal.SIGKILL
                assert len(trap.stand_in.shown) <= 1, (place, at, before)
                if settled(house, post).state in (State.POSTED, State.FAILED):
                    break
                clock = replace(clock, ahead=clock.ahead + HOLD.total_seconds() * 2)
            target = settled(house, post)
            told[f"{place} {'before' if before else 'after'}: {target.state}"] += 1
            visible = len(trap.stand_in.shown)
            assert visible <= 1
            assert target.state in (State.POSTED, State.UNKNOWN), (target, place, at, before)
            assert target.state is State.UNKNOWN or visible == 1
            assert target.state is State.POSTED or target.error  # a person is told where to look
    assert told["killed"]
    print(f"{name}: {DEATHS} schedules, {dict(sorted(told.items()))}")
