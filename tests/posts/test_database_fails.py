"""The database is cut off, or its disk is full, at any transaction of a post's way: the post is
visible once at most, and goes on when the database does.

POSTS_STRIKES=1000 python -m pytest tests/posts/test_database_fails.py    # every one there is
"""

from __future__ import annotations

import itertools
import os
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pytest

from schedulerx.errors import RetryableError, SchedulerXError
from schedulerx.posts.definition import DONE, VALIDATE
from schedulerx.posts.means import HOLD
from schedulerx.posts.model import State
from schedulerx.posts.phases import Phases
from schedulerx.posts.runner import Runner
from schedulerx.posts.tally import Tally
from schedulerx.stores.postgres.patience import Patience
from schedulerx.stores.postgres.profiles import Profile
from tests.posts.failing import FailingDatabase, Failure
from tests.posts.test_once import KINDS, Once

STRIKES = int(os.environ.get("POSTS_STRIKES", "16"))  # of each kind of driving
_CALLS = 2  # of a phase, as the state machine makes them again
_TRIES = 2  # of a transaction
Drive = Callable[[Once, str], object]


@pytest.fixture
def database(postgres: Profile) -> Iterator[FailingDatabase]:
    found = FailingDatabase(postgres)
    found.open()
    yield found
    found.close()


def new_world(database: FailingDatabase, kind: str) -> Once:
    world = Once(database, kind)
    world.ledger.patience = Patience(waits=(0.0,) * (_TRIES - 1), sleep=lambda _: None)
    return world


def run_due(world: Once, claim: str) -> Tally:
    """As `posts run_due` does."""

    def sleep(seconds: float) -> None:
        world.wait_s(seconds)

    runner = Runner(world.publisher, world.ledger, lambda: world.now, sleep, threads=1)
    return runner.run_due(claim, lambda *_: None)


def machine(world: Once, claim: str) -> None:
    """As the state machine calls phases: again where the error may pass, else it ends."""
    phases = Phases(world.publisher, lambda _: False, lambda _: None, lambda _: None)
    phase = VALIDATE.name
    while phase != DONE:
        for call in range(_CALLS):
            try:
                after = phases.run(phase, world.target, claim, 0)
                break
            except RetryableError:
                if call == _CALLS - 1:
                    return
            except SchedulerXError:
                return
        world.wait_s(after.wait_s)
        phase = after.phase


DRIVES: dict[str, Drive] = {"run_due": run_due, "state machine": machine}


def transactions(database: FailingDatabase, kind: str, drive: Drive) -> int:
    """How many an undisturbed post takes."""
    world = new_world(database, kind)
    database.heal()
    database.begun = 0
    drive(world, "undisturbed")
    assert len(world.server.visible) == 1
    return database.begun


def strikes(
    database: FailingDatabase, failures: Iterable[Failure], how: str
) -> Iterator[tuple[str, int, Failure]]:
    """Of each failure at each transaction, for each kind of platform: some, seeded."""
    counts = {kind: transactions(database, kind, DRIVES[how]) for kind in KINDS}
    ways = itertools.product(failures, ((kind, at) for kind in KINDS for at in range(counts[kind])))
    found = [(kind, at + 1, failure) for failure, (kind, at) in ways]
    yield from random.Random(how).sample(found, min(STRIKES, len(found)))


@pytest.mark.parametrize("how", DRIVES)
def test_a_database_away_for_a_moment_is_waited_for_wherever_it_strikes(
    how: str, database: FailingDatabase
) -> None:
    drive = DRIVES[how]
    for struck in strikes(database, (Failure.CUT, Failure.COMMITTED), how):
        kind, at, failure = struck
        world = new_world(database, kind)
        database.doom(failure, at, times=1)
        drive(world, "one")
        database.heal()
        target = world.work().target
        assert (target.state, target.attempt) == (State.POSTED, 1), (struck, target)
        assert world.server.visible == [str(world.target)], struck


@pytest.mark.parametrize("how", DRIVES)
def test_a_database_that_stays_away_leaves_one_post_and_a_way_out(
    how: str, database: FailingDatabase
) -> None:
    drive, told = DRIVES[how], Counter[str]()
    for struck in strikes(database, Failure, how):
        kind, at, failure = struck
        world = new_world(database, kind)
        database.doom(failure, at, times=_TRIES * _CALLS)
        drive(world, "first")
        assert len(world.server.visible) <= 1, struck
        database.heal()
        told[world.work().target.state] += 1
        world.now += HOLD * 2
        world.sweep()
        drive(world, "second")
        world.teardown()
        assert world.server.visible == [str(world.target)], struck
    assert told[State.SENDING]  # struck between the marks, too
