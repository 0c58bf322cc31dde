"""Records as rows of `objects`, and which of them are copies of one another."""

from __future__ import annotations

from typing import Any

import msgspec

from schedulerx.model.evidence import TableChanges
from schedulerx.model.record import Description, Record
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.values import clean, json_text

COLUMNS = (
    "object_id", "source", "path", "raw_path", "etag", "sha256", "media_type", "bytes", "status",
    "reason_code", "reason", "width", "height", "orientation", "pages", "has_text_layer",
    "duration_s", "captured_at", "camera_make", "camera_model", "lat", "lon", "text", "text_key",
    "look", "look_hashes", "details",
)  # fmt: skip
_OWN_COLUMNS = frozenset({*COLUMNS, "gps"})


def row(record: Record) -> tuple[Any, ...]:
    """The record's values, in the order of COLUMNS."""
    origin, what, reading = record.origin, record.description, record.reading
    lat, lon = what.gps or (None, None)
    return (
        record.object_id,
        clean(origin.source),
        clean(origin.path),
        origin.raw_path,
        clean(origin.etag),
        record.sha256,
        clean(record.media_type),
        origin.bytes,
        record.status.value,
        record.reason_code and record.reason_code.value,
        clean(record.reason),
        what.width,
        what.height,
        what.orientation,
        what.pages,
        reading and reading.has_text_layer,
        what.duration_s,
        clean(what.captured_at),
        clean(what.camera_make),
        clean(what.camera_model),
        lat,
        lon,
        clean(reading.text) if reading else None,
        reading and reading.text_key,
        record.look and record.look.grey,
        list(record.look.hashes) if record.look else None,
        _details(what),
    )


def _details(what: Description) -> str | None:
    """What else the description knows, as JSON."""
    known = msgspec.to_builtins(what)
    rest = {name: value for name, value in known.items() if name not in _OWN_COLUMNS}
    return json_text(rest) if rest else None


# The first by path among whole or damaged files with the same bytes is the original. Only rows
# whose answer changed are written, in the order of their ids, as `upload` locks them.
_LINK = """
WITH family AS (
    SELECT object_id, first_value(object_id) OVER (
        PARTITION BY sha256 ORDER BY path, object_id) AS original
    FROM objects
    WHERE sha256 IN (SELECT sha256 FROM objects GROUP BY sha256 HAVING count(*) > 1)
      AND (status = 'done' OR (status = 'quarantined' AND reason_code = 'damaged'))
), todo AS (
    SELECT o.object_id, o.duplicate_of AS old, nullif(f.original, o.object_id) AS new
    FROM objects o LEFT JOIN family f USING (object_id)
    WHERE o.duplicate_of IS DISTINCT FROM nullif(f.original, o.object_id)
    ORDER BY o.object_id FOR UPDATE OF o
), done AS (
    UPDATE objects o SET duplicate_of = t.new FROM todo t WHERE o.object_id = t.object_id
)
SELECT count(*) FILTER (WHERE old IS NULL),
       count(*) FILTER (WHERE old IS NOT NULL AND new IS NOT NULL),
       count(*) FILTER (WHERE new IS NULL)
FROM todo
"""


def link_duplicates(connection: Connection) -> TableChanges:
    """Sets `duplicate_of` on every object but the first of those with the same bytes."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('link_duplicates'))")
    counts = connection.execute(_LINK).fetchone() or (0, 0, 0)
    total = connection.execute(
        "SELECT count(*) FROM objects WHERE duplicate_of IS NOT NULL"
    ).fetchone() or (0,)
    return TableChanges(added=counts[0], changed=counts[1], removed=counts[2], total=total[0])
