"""The phases of a post on one account, in order, as data. Nothing else knows the order.

The stack compiles them to its state machine (`infra/publishing_states.py`); each call of a phase
answers which phase comes next, and after how many seconds. A loop on a laptop takes the same
actions one by one (`schedulerx.posts.runner`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """One phase. `in_task`: what is heavy of it is done before it, by a task of its own."""

    name: str
    in_task: bool = False


VALIDATE = Phase("validate")  # takes the target, at its time
PREPARE = Phase("prepare", in_task=True)  # converts and uploads media; nothing is visible
PUBLISH = Phase("publish")  # the one request that makes it visible
POLL = Phase("poll")  # asks how far the platform is
RECORD = Phase("record")  # settles what is unknown by reading, and measures
NOTIFY = Phase("notify")  # tells people what needs one

PHASES: tuple[Phase, ...] = (VALIDATE, PREPARE, PUBLISH, POLL, RECORD, NOTIFY)
NAMES: tuple[str, ...] = tuple(phase.name for phase in PHASES)

# Asked for in place of a phase's name where the task before it ended badly: the target waits for
# another try, so often and no more.
PUT_OFF = "put_off"
CONVERSION_S = 4 * 3600  # the longest a task may convert

SWEEP_INPUT = '{"sweep":"posts"}'  # what the sweep's own schedule delivers

# Answered in place of a phase's name where nothing more is to be done.
DONE = "done"
