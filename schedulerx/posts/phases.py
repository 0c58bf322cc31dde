"""One phase of one target at a time: what the state machine calls."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import msgspec

from schedulerx.posts.definition import (
    CONVERSION_S,
    DONE,
    NAMES,
    NOTIFY,
    POLL,
    PREPARE,
    PUBLISH,
    RECORD,
    VALIDATE,
)
from schedulerx.posts.ledger import SETTLED, Work
from schedulerx.posts.means import Next
from schedulerx.posts.model import State, Target
from schedulerx.posts.publishing import Publisher

_LONGEST_S = 300.0  # between two looks at a platform that takes its time
_PATIENCE = 20  # a wait is at least a 20th of the time passed: a day of polling is 400 looks
_LAUNCH_S = 2 * 3600.0  # that a task may wait for capacity
_SLACK_S = 600.0  # more than any wait between two looks is held for a task
_LOOKED_S = 900.0  # an unknown outcome is looked up this long here, then by the sweep

# Where a target stands when a phase has something to do.
_STATES = {
    VALIDATE.name: State.PENDING,
    PREPARE.name: State.ARMED,
    PUBLISH.name: State.ARMED,
    POLL.name: State.SENDING,
    RECORD.name: State.UNKNOWN,
}


class After(msgspec.Struct, frozen=True, kw_only=True):
    """What comes after a phase: the next one, or DONE; after whole seconds; in a task first."""

    phase: str
    state: State
    wait_s: int = 0
    in_task: bool = False


@dataclass(frozen=True)
class Phases:
    """Runs phases. `is_heavy` tells whether media need a task; `measure` and `tell` hear of what
    became of a target.
    """

    publisher: Publisher
    is_heavy: Callable[[Work], bool]
    measure: Callable[[Work], None]
    tell: Callable[[Work], None]

    def run(self, phase: str, target_id: UUID, claim: str, waited_s: float) -> After:
        """The phase, where the target stands as it needs; else what the ledger says comes next.
        `waited_s`: since the execution began.
        """
        work = self.publisher.ledger.work(target_id)
        if work is None:
            return After(phase=DONE, state=State.CANCELLED)
        found = self._run(phase, work, claim)
        after = following(phase, found, waited_s)
        if phase == RECORD.name and after.phase == NOTIFY.name:
            self._with_result(target_id, self.measure)
        if phase == NOTIFY.name:
            self.tell(work)
        if after.phase == PREPARE.name and phase == VALIDATE.name:
            return self._in_task(after, work, claim)
        return after

    def put_off(self, target_id: UUID, claim: str, why: str) -> After:
        """What comes after a task that ended badly: another try later, or none."""
        work = self.publisher.ledger.work(target_id)
        if work is None:
            return After(phase=DONE, state=State.CANCELLED)
        words = f"the task that converts its media ended with {why or 'no reason'}"
        return following(VALIDATE.name, self.publisher.put_off(work, claim, words), 0)

    def _in_task(self, after: After, work: Work, claim: str) -> After:
        """Where media are heavy a task goes first, and the target is held until it ends."""
        if not self.is_heavy(work):
            return after
        if not self.publisher.hold(work, claim, CONVERSION_S + _LAUNCH_S):
            return After(phase=DONE, state=State.ARMED)
        return msgspec.structs.replace(after, in_task=True)

    def _run(self, phase: str, work: Work, claim: str) -> Next:
        target = work.target
        if _STATES.get(phase) is not target.state:
            held = target.claim is not None and target.claim != claim and not self._is_left(target)
            return Next(state=target.state, again_s=None if held else 0)
        if phase == PREPARE.name and not self._is_held_shortly(work, claim):
            return Next(state=target.state)
        act = self.publisher.prepare if phase == PREPARE.name else self.publisher.step
        return act(target.target_id, claim)

    def _is_held_shortly(self, work: Work, claim: str) -> bool:
        """Whether the target is ours still. What was held for a task, which has ended, is held as
        long as this call may live.
        """
        until = work.target.claimed_until
        if until is None or until < self.publisher.held_until(_SLACK_S):
            return True
        return self.publisher.hold(work, claim, 0)

    def _is_left(self, target: Target) -> bool:
        until = target.claimed_until
        return target.answered and until is not None and until <= self.publisher.now()

    def _with_result(self, target_id: UUID, hear: Callable[[Work], None]) -> None:
        work = self.publisher.ledger.work(target_id)
        if work is not None:
            hear(work)


def following(phase: str, found: Next, waited_s: float) -> After:
    """The phase that comes next."""
    name, wait = _next(phase, found, waited_s), 0
    if name != DONE and found.again_s:
        wait = math.ceil(paced(found.again_s, waited_s) if name == POLL.name else found.again_s)
    return After(phase=name, state=found.state, wait_s=wait)


def _next(phase: str, found: Next, waited_s: float) -> str:
    assert phase in NAMES
    if phase == NOTIFY.name:
        return DONE
    if found.state in SETTLED:
        return NOTIFY.name if phase == RECORD.name else RECORD.name
    if found.state is State.UNKNOWN:
        looked = phase == RECORD.name and (found.again_s is None or waited_s > _LOOKED_S)
        return NOTIFY.name if looked else RECORD.name
    if found.again_s is None:
        return DONE  # another execution's, or its account is paused
    if found.state is State.ARMED:
        return PUBLISH.name if found.ready else PREPARE.name
    return VALIDATE.name if found.state is State.PENDING else POLL.name


def paced(asked_s: float, waited_s: float) -> float:
    """Seconds to wait: as asked, and longer the longer it takes: histories are finite."""
    return max(asked_s, min(_LONGEST_S, waited_s / _PATIENCE))
