"""Records as rows of `objects`, and which of them are copies of one another."""

from __future__ import annotations

from typing import Any

import msgspec

from schedulerx.model.evidence import TableChanges
from schedulerx.model.record import Record
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.values import clean, json_text

COLUMNS = (
    "object_id", "source", "path", "raw_path", "etag", "sha256", "media_type", "bytes", "status",
    "reason_code", "reason", "width", "height", "orientation", "pages", "has_text_layer",
    "duration_s", "captured_at", "camera_make", "camera_model", "lat", "lon", "text", "text_key",
    "look", "look_hashes", "look_parts", "details", "container_id",
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
        list(record.look.parts) if record.look else None,
        _details(record),
        origin.container,
    )


def _details(record: Record) -> str | None:
    """What else the description knows, and what is odd about the file, as JSON."""
    known = msgspec.to_builtins(record.description)
    rest = {name: value for name, value in known.items() if name not in _OWN_COLUMNS}
    if record.warnings:
        rest["warnings"] = record.warnings
    return json_text(rest) if rest else None


# The first by path among whole or damaged files with the same bytes is the original, one that lies
# in an archive only where no other does. Only rows whose answer changed are written, in the order
# of their ids, as `upload` locks them.
_LINK = """
WITH family AS (
    SELECT object_id, first_value(object_id) OVER (
        PARTITION BY sha256 ORDER BY container_id IS NOT NULL, path, object_id) AS original
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

# `keeps` is the claim to a content, which a unique index grants once. Who lost it gives it up
# first. What was stored since the links were made waits for the next time.
_KEEPER = """
o.duplicate_of IS NULL AND o.sha256 IS NOT NULL
AND (o.status = 'done' OR (o.status = 'quarantined' AND o.reason_code = 'damaged'))
"""
_RELEASE = f"UPDATE objects o SET keeps = NULL WHERE keeps AND NOT ({_KEEPER})"  # noqa: S608  (constant)
_KEEP = f"""
UPDATE objects SET keeps = true WHERE object_id IN (
    SELECT DISTINCT ON (sha256) object_id FROM objects o
    WHERE keeps IS NULL AND {_KEEPER}
      AND NOT EXISTS (SELECT FROM objects k WHERE k.sha256 = o.sha256 AND k.keeps)
    ORDER BY sha256, path, object_id)
"""  # noqa: S608  (a constant)


def link_duplicates(connection: Connection) -> TableChanges:
    """Sets `duplicate_of` on every object but the first of those with the same bytes, and `keeps`
    on that one.
    """
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('link_duplicates'))")
    counts = connection.execute(_LINK).fetchone() or (0, 0, 0)
    connection.execute(_RELEASE)
    connection.execute(_KEEP)
    total = connection.execute(
        "SELECT count(*) FROM objects WHERE duplicate_of IS NOT NULL"
    ).fetchone() or (0,)
    return TableChanges(added=counts[0], changed=counts[1], removed=counts[2], total=total[0])
