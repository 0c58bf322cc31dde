"""What a worker tells of one file."""

from __future__ import annotations

import msgspec

from schedulerx.model.member import Member
from schedulerx.model.record import ReasonCode, Status, StepStatus


class StepTiming(msgspec.Struct, frozen=True, kw_only=True):
    """How a step went for one file, for the totals."""

    name: str
    status: StepStatus
    seconds: float
    reused: bool = False


class FileOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker tells of one member. Its record is published by then."""

    member: Member
    status: Status  # SKIPPED: it was complete before
    object_id: str = ""
    fingerprint: str = ""  # of the record; empty where none could be written
    etag: str | None = None  # None: it was not read
    reason_code: ReasonCode | None = None
    reason: str | None = None
    events: int = 0
    steps: tuple[StepTiming, ...] = ()
