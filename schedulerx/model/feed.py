"""What one deployment feeds another with: lines of NDJSON, and what is answered to them.

An event stands after the line of its object, in the same batch. An object's line says which of its
events the batch holds: all whose id is above `after` and up to `up_to`. So a batch may come in any
order, and twice.
"""

from __future__ import annotations

import msgspec

from schedulerx.model.event import Event
from schedulerx.model.record import Record

MAX_LINES = 5_000  # of a batch
MAX_BYTES = 16 * 1024**2  # of a batch, before compression
MAX_BODY = 4 * 1024**2  # of a request: a function takes 6 MiB, base64 and headers with it


class ObjectLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="object"):
    """A file. `location` is where it lies at the sender: paths replace each other within one."""

    location: str
    record: Record
    after: str | None = None  # no limit where it is left out
    up_to: str | None = None


class EventLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="event"):
    """An event of an object."""

    object_id: str
    event: Event


Line = ObjectLine | EventLine


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was not taken, from 1, and why. The others were."""

    line: int
    reason: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """To a batch: 200 where every line was taken, 207 where some were not."""

    instance_id: str = ""  # of the database
    lines: int = 0
    rejected: tuple[Rejection, ...] = ()


class FeedCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent of a group. `batches_known` were taken before, by an earlier attempt."""

    lines_sent: int = 0
    lines_rejected: int = 0
    batches_known: int = 0
