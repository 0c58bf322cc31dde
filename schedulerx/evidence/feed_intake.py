"""The receiving side: lines of a batch, each checked alone."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from schedulerx.model.event import Event
from schedulerx.model.feed import MAX_BYTES, MAX_LINES, EventLine, Line, ObjectLine, Rejection

_DECODER: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)
_GZIP = 16 + zlib.MAX_WBITS
PREFIX = "feed:"  # before a location: what came from another deployment


class TooLarge(Exception):  # noqa: N818  (named by what it means)
    """The batch is over a limit: half of it may pass."""


@dataclass
class Fed:
    """One object's lines."""

    number: int
    line: ObjectLine
    events: dict[int, Event] = field(default_factory=dict)  # by the number of the line
    ids: set[str] = field(default_factory=set)


@dataclass
class Intake:
    """A batch as read. `fed` go by object id."""

    lines: int = 0
    fed: dict[str, Fed] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)

    def refuse(self, number: int, reason: str) -> None:
        """Notes a line that is not taken."""
        self.rejected.append(Rejection(line=number, reason=reason))


def unpacked(data: bytes) -> bytes:
    """The body, decompressed where it is gzip.

    Raises:
        TooLarge: it unpacks to more than a batch may have.
        ValueError: it is no whole gzip.
    """
    if not data.startswith(b"\x1f\x8b"):
        return data
    whole = bytearray()
    while data:  # a gzip may have several members
        machine = zlib.decompressobj(_GZIP)
        try:
            whole += machine.decompress(data, MAX_BYTES + 1 - len(whole))
        except zlib.error as error:
            raise ValueError(f"the body is no gzip: {error}") from error
        if len(whole) > MAX_BYTES:
            raise TooLarge(f"the batch is over {MAX_BYTES:,} bytes")
        if not machine.eof:
            raise ValueError("the body ends within its gzip")
        data = machine.unused_data
    return bytes(whole)


def read(body: bytes) -> Intake:
    """The lines of a batch; what cannot be taken is rejected by itself.

    Raises:
        TooLarge: there are too many.
    """
    lines = [line for line in body.split(b"\n") if line.strip()]
    if len(lines) > MAX_LINES or len(body) > MAX_BYTES:
        raise TooLarge(f"a batch has at most {MAX_LINES:,} lines and {MAX_BYTES:,} bytes")
    intake = Intake(lines=len(lines))
    for number, line in enumerate(lines, start=1):
        try:
            _take(intake, number, _DECODER.decode(line))
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            intake.refuse(number, str(error))
    return intake


def _take(intake: Intake, number: int, line: Line) -> None:
    if isinstance(line, ObjectLine):
        _hex(line.record.object_id)
        for limit in (line.after, line.up_to):
            if limit is not None:
                UUID(limit)
        if line.record.object_id in intake.fed:
            raise ValueError(f"object {line.record.object_id} is in this batch twice")
        intake.fed[line.record.object_id] = Fed(number, line)
        return
    _take_event(intake, number, line)


def _take_event(intake: Intake, number: int, line: EventLine) -> None:
    fed = intake.fed.get(line.object_id)
    if fed is None:
        raise ValueError(f"no object {line.object_id} before it in this batch")
    identity = str(UUID(line.event.event_id))
    if not (fed.line.after or "") < identity <= (fed.line.up_to or "g"):
        raise ValueError(f"event {identity} is not among those its object's line speaks of")
    if identity in fed.ids:
        raise ValueError(f"event {identity} is in this batch twice")
    fed.ids.add(identity)
    fed.events[number] = msgspec.structs.replace(line.event, event_id=identity)


def _hex(object_id: str) -> None:
    if len(object_id) != 32 or UUID(hex=object_id).hex != object_id:
        raise ValueError(f"object_id {object_id[:40]!r} is not 32 hex digits")
