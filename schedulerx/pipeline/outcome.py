"""What a worker tells of one file."""

from __future__ import annotations

import msgspec

from schedulerx.model.member import Member
from schedulerx.model.record import ReasonCode, Status, StepStatus
from schedulerx.model.record_name import RecordName
from schedulerx.model.run import Tally


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
    fingerprint: str = ""  # the record's name; empty where none could be written
    members: Tally | None = None  # of what lies in it: told with its own outcome, last
    etag: str | None = None  # None: it was not read
    reason_code: ReasonCode | None = None
    reason: str | None = None
    events: int = 0
    steps: tuple[StepTiming, ...] = ()

    @property
    def record_name(self) -> RecordName | None:
        """The record's name in its parts; None where none could be written."""
        return RecordName.parse(self.fingerprint) if self.fingerprint else None
