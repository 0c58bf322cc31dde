"""Where a file's events lie: few in its record, many as NDJSON among the artifacts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import msgspec
from msgspec.structs import replace

from schedulerx.model.event import Event
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import Record

INLINE_EVENTS = 64  # a record stays a few tens of kilobytes
_LINES_A_WRITE = 4096
_READ_BYTES = 4 * 1024 * 1024
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Event)


def store_events(
    record: Record, events: Iterable[Event], artifacts: ArtifactStore, key: str
) -> Record:
    """The record with these events: inline up to `INLINE_EVENTS`, else under `key`.

    Any number of events passes through in constant memory.
    """
    stream = iter(events)
    first = tuple(islice(stream, INLINE_EVENTS + 1))
    if len(first) <= INLINE_EVENTS:
        return replace(record, events=first, events_key=None, event_count=len(first))
    with tempfile.TemporaryDirectory(prefix="schedulerx-events-") as folder:
        spool = Path(folder) / "events.ndjson"
        count = _spool(chain(first, stream), spool)
        artifacts.put_file(key, spool)
    return replace(record, events=(), events_key=key, event_count=count)


def _spool(events: Iterator[Event], spool: Path) -> int:
    count = 0
    with spool.open("wb") as file:
        while batch := list(islice(events, _LINES_A_WRITE)):
            file.write(_ENCODER.encode_lines(batch))
            count += len(batch)
    return count


def iter_events(record: Record, artifacts: ArtifactStore) -> Iterator[Event]:
    """The events of a record, wherever they lie.

    Raises:
        ArtifactNotFound: the record names an artifact that is gone.
    """
    if record.events_key is None:
        yield from record.events
        return
    for line in _lines(artifacts, record.events_key):
        yield _DECODER.decode(line)


def _lines(artifacts: ArtifactStore, key: str) -> Iterator[bytes]:
    """The lines of an artifact, read in ranges: its size does not matter."""
    offset, rest = 0, b""
    while piece := artifacts.get_range(key, offset, _READ_BYTES):
        offset += len(piece)
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line for line in whole if line)
        if len(piece) < _READ_BYTES:
            break
    if rest:
        yield rest
