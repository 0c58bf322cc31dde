"""What a schedule could not deliver: whether a post waits for it, or it came twice.

A schedule delivers at least once. The second time its execution is there already, under the same
name: StartExecution refuses, and the scheduler puts the call where its dead letters lie.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum
from uuid import UUID

import msgspec

from schedulerx.posts.definition import SWEEP_INPUT


class Verdict(StrEnum):
    """What an undelivered call means."""

    OVER = "over"  # nothing waits for it
    LATER = "later"  # its execution was started, and the post waits all the same: look again
    MISSED = "missed"  # it started nothing


class _Call(msgspec.Struct, frozen=True, rename="pascal"):
    """StartExecution, as the schedule of a post is given it."""

    name: str
    input: str


class _Input(msgspec.Struct, frozen=True):
    post_id: UUID


def verdict_on(body: str, waiting: Collection[UUID], was_started: Callable[[str], bool]) -> Verdict:
    """`waiting`: posts that should have gone out; `was_started`: whether there is an execution of
    that name. What cannot be read was missed: a person has to look.
    """
    if body == SWEEP_INPUT:
        return Verdict.OVER  # who reads this is the next sweep
    try:
        call = msgspec.json.decode(body, type=_Call)
        post_id = msgspec.json.decode(call.input, type=_Input).post_id
    except msgspec.MsgspecError:
        return Verdict.MISSED
    if not was_started(call.name):
        return Verdict.MISSED
    return Verdict.LATER if post_id in waiting else Verdict.OVER
