"""The runner, over a publisher that only counts."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from schedulerx.errors import RetryableError
from schedulerx.posts.ledger import Busy, Due, Ledger
from schedulerx.posts.means import Next
from schedulerx.posts.model import State
from schedulerx.posts.publishing import Publisher
from schedulerx.posts.runner import Runner
from schedulerx.posts.tally import Tally


class Fake:
    """A publisher and a ledger: each target takes its actions one after the other."""

    def __init__(self, actions: dict[UUID, list[Next | Exception]]) -> None:
        self.actions = actions
        self.left: list[tuple[UUID, float]] = []
        self.now = datetime(2026, 3, 1, tzinfo=UTC)
        self.lock = threading.Lock()
        self.account = uuid4()
        self.accounts: dict[UUID, UUID] = {}

    def go(self, target: UUID, claim: str) -> Next:
        with self.lock:
            action = self.actions[target].pop(0)
        if isinstance(action, Exception):
            raise action
        return action

    def leave(self, target: UUID, claim: str, again_s: float) -> None:
        self.left.append((target, again_s))

    def due(self, now: datetime, limit: int, but: Busy) -> Sequence[Due]:
        left = [target for target, actions in self.actions.items() if actions]
        due = [
            Due(target_id=each, account_id=self.accounts.get(each, self.account)) for each in left
        ]
        return [
            each
            for each in due
            if each.target_id not in but.targets and each.account_id not in but.accounts
        ][:limit]

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=max(0.01, seconds))


POSTED = Next(state=State.POSTED)


def waiting(seconds: float) -> Next:
    return Next(state=State.SENDING, again_s=seconds)


def run(fake: Fake, patience_s: float = 60) -> Tally:
    runner = Runner(
        publisher=cast("Publisher", fake), ledger=cast("Ledger", fake), now=lambda: fake.now,
        sleep=fake.sleep, patience=timedelta(seconds=patience_s), threads=4,
    )  # fmt: skip
    return runner.run_due("one", lambda *_: None)


def targets(*actions: list[Any]) -> dict[UUID, list[Any]]:
    return {uuid4(): each for each in actions}


def test_every_target_is_taken_to_its_end() -> None:
    fake = Fake(targets(*([waiting(0), waiting(3), POSTED] for _ in range(30))))
    assert run(fake).states[State.POSTED] == 30


def test_one_that_takes_longer_than_our_patience_is_left_to_others() -> None:
    fake = Fake(targets([waiting(600)], [POSTED]))
    tally = run(fake)
    assert (tally.later, tally.states[State.POSTED]) == (1, 1)
    assert [seconds for _, seconds in fake.left] == [600]


def test_with_no_patience_what_need_not_wait_is_still_done() -> None:
    assert run(Fake(targets([waiting(0), waiting(0), POSTED])), 0).states[State.POSTED] == 1


def test_a_defect_in_one_costs_no_other_and_gives_nothing_away() -> None:
    tally = run(Fake(targets([RuntimeError("GET https://h.example/a?token=hush")], [POSTED])))
    assert tally.states[State.POSTED] == 1
    (defect,) = tally.defects
    assert defect.endswith("RuntimeError: GET https://h.example/a?…")


def test_an_account_whose_platform_is_down_holds_up_no_other() -> None:
    """However many of its posts wait: they are looked for again and again, the others go out."""
    down = Next(state=State.UNKNOWN, again_s=1)
    fake = Fake(targets(*([down] * 100 for _ in range(300)), *([POSTED] for _ in range(300))))
    fake.accounts = {each: uuid4() for each, acts in fake.actions.items() if acts == [POSTED]}
    assert run(fake, patience_s=30).states[State.POSTED] == 300


def test_an_account_that_rests_is_asked_for_nothing_until_its_time() -> None:
    """Of its posts one is tried; when the account may post again, all are."""
    rests = Next(state=State.PENDING, again_s=30, rests=True)
    fake = Fake(targets([rests, POSTED], *([POSTED] for _ in range(20))))
    begun = fake.now
    assert run(fake).states[State.POSTED] == 21
    assert fake.now - begun >= timedelta(seconds=30)
    assert run(Fake(targets([rests, POSTED])), patience_s=10).later == 1


def test_what_another_process_holds_is_not_counted_here() -> None:
    tally = run(Fake(targets([Next(state=State.SENDING)], [Next(state=State.ARMED)], [POSTED])))
    assert {state for state, count in tally.states.items() if count} == {State.POSTED}


class Failing(Fake):
    """A ledger that fails while a thread is at work on the first target."""

    def __init__(self, actions: dict[UUID, list[Next | Exception]]) -> None:
        super().__init__(actions)
        self.has_failed = threading.Event()

    def due(self, now: datetime, limit: int, but: Busy) -> Sequence[Due]:
        if but.targets:
            self.has_failed.set()
            raise RetryableError("the database is away")
        self.now += timedelta(minutes=1)  # so it is asked again at once
        return super().due(now, 1, but)

    def go(self, target: UUID, claim: str) -> Next:
        self.has_failed.wait()
        return super().go(target, claim)


def test_what_the_threads_were_at_is_told_where_the_ledger_fails() -> None:
    for action, defects in ((POSTED, []), (RetryableError("went out: there"), ["went out: there"])):
        tally = run(Failing(targets([action], [POSTED])))
        assert str(tally.ended_by) == "the database is away"
        assert (tally.states[State.POSTED], tally.defects) == (1 - len(defects), defects)
