"""Whatever befalls whichever platform's post, and however often: at most one is visible.

POSTS_SCHEDULES=200 python -m pytest tests/posts/test_deaths.py -s
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from schedulerx.cloud.platforms.registry import STAGES
from schedulerx.cloud.platforms.serving import StandIn
from schedulerx.stores.http import HttpxClient
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.profiles import Profile
from tests.posts.deaths import Boundary, Ending, transport, tried
from tests.posts.platforms.harness import Bench

SCHEDULES = int(os.environ.get("POSTS_SCHEDULES", "32"))  # of each platform
# Platforms that can tell of every request whether it made a post.
CERTAIN = ("bluesky", "instagram", "mastodon", "threads", "youtube")


@pytest.fixture
def bench(postgres: Profile) -> Iterator[Bench]:
    """Worlds without sockets."""
    served: dict[str, StandIn] = {}
    database = Database(postgres)
    database.open()
    with HttpxClient(transport(served)) as http:
        yield Bench(database, served, "http://stand-ins.example", http)
    database.close()


def rows(name: str, told: Counter[tuple[Boundary, Ending]]) -> Iterator[str]:
    """A line for each boundary: how many posts ended in which way."""
    for boundary in Boundary:
        counts = "".join(f"{told[boundary, ending]:>8}" for ending in Ending)
        yield f"{name:10}{boundary:26}{counts}"


@pytest.mark.parametrize("name", sorted(STAGES))
def test_whatever_befalls_a_post_one_is_visible_and_every_state_has_a_way_out(
    name: str, bench: Bench
) -> None:
    told = tried(bench, name, SCHEDULES)
    for row in rows(name, told):
        print(row)
    assert {boundary for boundary, _ in told} == set(Boundary)
    assert sum(count for (_, ending), count in told.items() if ending is Ending.POSTED)
    if name in CERTAIN:
        assert not any(ending is Ending.PERSON for _, ending in told)
