"""Records and events as batches of lines: bounded in lines and bytes, equal on every re-run."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec
from msgspec.structs import replace

from schedulerx.model.event import Event
from schedulerx.model.feed import MAX_BYTES, MAX_LINES, EventLine, ObjectLine
from schedulerx.model.record import Reading, Record

_SORTED_AT_ONCE = 20_000  # events of one object in memory
_ID = 36  # characters of a UUID
_ENCODER = msgspec.json.Encoder(order="deterministic")
Sorted = tuple[str, bytes]  # an event's id and its line


@dataclass(frozen=True)
class Segment:
    """An object's line, and the events it speaks of."""

    object: ObjectLine
    events: tuple[Sorted, ...] = ()

    def lines(self) -> list[bytes]:
        """As they are sent."""
        return [_ENCODER.encode(self.object), *(line for _, line in self.events)]

    def halves(self) -> tuple[Segment, Segment]:
        """The same in two, each of which says what it holds."""
        middle = len(self.events) // 2
        at = self.events[middle - 1][0]
        return (
            Segment(replace(self.object, up_to=at), self.events[:middle]),
            Segment(replace(self.object, after=at), self.events[middle:]),
        )


Batch = tuple[Segment, ...]


def batches(
    location: str,
    uploads: Iterable[tuple[Record, Iterable[Event]]],
    max_lines: int = MAX_LINES,
    max_bytes: int = MAX_BYTES,
) -> Iterator[Batch]:
    """The batches, in the order of the uploads."""
    batch: list[Segment] = []
    lines = size = 0
    for segment, bytes_ in _segments(location, uploads, max_lines - 1, max_bytes // 2):
        count = 1 + len(segment.events)
        if batch and (lines + count > max_lines or size + bytes_ > max_bytes):
            yield tuple(batch)
            batch, lines, size = [], 0, 0
        batch.append(segment)
        lines, size = lines + count, size + bytes_
    if batch:
        yield tuple(batch)


def halves(batch: Batch) -> tuple[Batch, Batch] | None:
    """A batch in two; None where there is nothing to part."""
    if len(batch) > 1:
        return batch[: len(batch) // 2], batch[len(batch) // 2 :]
    if len(batch[0].events) > 1:
        first, second = batch[0].halves()
        return (first,), (second,)
    return None


def body(batch: Batch) -> bytes:
    """As NDJSON."""
    return b"".join(line + b"\n" for segment in batch for line in segment.lines())


def _segments(
    location: str,
    uploads: Iterable[tuple[Record, Iterable[Event]]],
    max_events: int,
    max_bytes: int,
) -> Iterator[tuple[Segment, int]]:
    """Each object in as few segments as fit, and the bytes of each."""
    for record, events in uploads:
        line = ObjectLine(location=location, record=portable(record))
        head = size = len(_ENCODER.encode(line))
        held: list[Sorted] = []
        for event in _sorted(record.object_id, events):
            if held and (len(held) >= max_events or size + len(event[1]) > max_bytes):
                up_to = held[-1][0]
                yield Segment(replace(line, up_to=up_to), tuple(held)), size
                line, held, size = replace(line, after=up_to), [], head
            held.append(event)
            size += len(event[1]) + 1
        yield Segment(line, tuple(held)), size


def portable(record: Record) -> Record:
    """The record without what lies among the sender's artifacts, and without its own doings."""
    reading = record.reading
    if reading is not None and reading.text_key is not None:
        reading = Reading(
            characters=reading.characters,
            has_text_layer=reading.has_text_layer,
            engine=reading.engine,
            rows=reading.rows,
        )
    return replace(
        record,
        renditions=(),
        password_line=None,
        reading=reading,
        events=(),
        events_key=None,
        steps={},
    )


def _sorted(object_id: str, events: Iterable[Event]) -> Iterator[Sorted]:
    """An object's events by id, however many they are."""
    rest = iter(events)
    first = _some(object_id, rest)
    if len(first) < _SORTED_AT_ONCE:
        yield from first
        return
    with tempfile.TemporaryDirectory(prefix="schedulerx-feed-") as folder:
        runs = [_spooled(first, Path(folder) / "0")]
        while some := _some(object_id, rest):
            runs.append(_spooled(some, Path(folder) / str(len(runs))))
        yield from heapq.merge(*map(_read, runs))


def _some(object_id: str, events: Iterator[Event]) -> list[Sorted]:
    return sorted(
        (event.event_id, _ENCODER.encode(EventLine(object_id=object_id, event=event)))
        for event in islice(events, _SORTED_AT_ONCE)
    )


def _spooled(events: list[Sorted], path: Path) -> Path:
    with path.open("wb") as file:
        file.writelines(identity.encode() + line + b"\n" for identity, line in events)
    return path


def _read(path: Path) -> Iterator[Sorted]:
    with path.open("rb") as file:
        for line in file:
            yield line[:_ID].decode(), line[_ID:].rstrip(b"\n")
