"""Records and their events into the database: one transaction, streamed, only what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any

from schedulerx.model.event import Event
from schedulerx.model.evidence import UploadCounts
from schedulerx.model.record import Record
from schedulerx.stores.postgres import events, locations, objects
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze, copy_rows, merge, stage

CHUNK = 500  # records whose rows are kept while their events are copied
Upload = tuple[Record, Iterable[Event]]
Superseded = Callable[[str], None]

_GONE = """
DELETE FROM events e USING staged_objects o LEFT JOIN staged_spans p USING (object_id)
WHERE e.object_id = o.object_id
  AND (p.after IS NULL OR e.event_id > p.after) AND (p.up_to IS NULL OR e.event_id <= p.up_to)
  AND NOT EXISTS (SELECT FROM staged_events s WHERE s.event_id = e.event_id)
"""

_SPANS = "CREATE TEMP TABLE staged_spans (object_id uuid, after uuid, up_to uuid) ON COMMIT DROP"
# Of an object's events by id: above the first, up to the second.
Span = tuple[str | None, str | None]


def upload(
    connection: Connection,
    uploads: Iterable[Upload],
    location: str,
    superseded: Superseded,
    spans: Mapping[str, Span] = MappingProxyType({}),
) -> UploadCounts:
    """Stores the records and exactly their events. Older versions of the same paths at the same
    location go; `superseded` is told their ids before that is final. Of an object in `spans` these
    are its events of that span alone; the others stay as they are.

    Objects are locked in the order of their ids before any event is touched: of two uploads of
    the same objects the second waits, sees what the first stored, and writes the difference.
    """
    staged_objects = stage(connection, "objects", objects.COLUMNS)
    staged_events = stage(connection, "events", events.COLUMNS)
    connection.execute(_SPANS)
    limits = ((object_id, *span) for object_id, span in spans.items() if span != (None, None))
    copy_rows(connection, "staged_spans", ("object_id", "after", "up_to"), limits)
    rest = iter(uploads)
    while chunk := list(_copy_events(connection, staged_events, islice(rest, CHUNK))):
        copy_rows(connection, staged_objects, objects.COLUMNS, chunk)
    analyze(connection, staged_objects)
    analyze(connection, staged_events)
    added, changed = merge(connection, "objects", objects.COLUMNS, ("object_id",))
    gone = locations.move(connection, location, superseded)
    removed = connection.execute(_GONE).rowcount
    events_added, events_changed = merge(connection, "events", events.COLUMNS, ("event_id",))
    counts = UploadCounts(
        objects_added=added,
        objects_changed=changed,
        objects_superseded=gone,
        events_added=events_added,
        events_changed=events_changed,
        events_removed=removed,
    )
    if counts != UploadCounts():
        connection.execute("UPDATE instance SET generation = generation + 1")
    return counts


def _copy_events(
    connection: Connection, staged: str, uploads: Iterable[Upload]
) -> list[tuple[Any, ...]]:
    """Copies the events of some records, and returns the rows of the records themselves."""
    rows: list[tuple[Any, ...]] = []

    def event_rows() -> Iterator[tuple[Any, ...]]:
        for record, its_events in uploads:
            rows.append(objects.row(record))
            for event in its_events:
                yield events.row(record.object_id, event)

    copy_rows(connection, staged, events.COLUMNS, event_rows())
    return rows
