"""Records and events with sensible values, each told apart by a number or a path."""

from __future__ import annotations

from typing import Any

from schedulerx.model.event import Event, EventKind, Provenance, event_id
from schedulerx.model.identity import object_id
from schedulerx.model.record import Origin, Record


def a_record(path: str, etag: str = "0", source: str = "", **values: Any) -> Record:
    """A record of the file at `path`; equal paths and ETags give equal ids."""
    origin = Origin(path=path, bytes=1, etag=etag, source=source)
    return Record(object_id=object_id(path.encode(), etag, source), origin=origin, **values)


def an_event(record: Record, number: int = 1, **values: Any) -> Event:
    """The record's event of that number."""
    values.setdefault("kind", EventKind.CALL)
    return Event(
        event_id=event_id(record.object_id, values["kind"], f"row {number}"),
        provenance=Provenance(sha256="0" * 64, extractor="test/1", row=number),
        **values,
    )
