"""What users read: rows under the public field names, sorted, streamed.

`duplicate_of` and `near_duplicate_of` hold the path of the original. Names with `_` in front are
no fields: where a record's text lies in an artifact, `text` is empty and `_text_key` names it;
`_source` is where the source of a row's file lies, `_raw_path` its name where that is not UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString

from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import stream

_SOURCE: LiteralString = """
(SELECT min(l.location) FROM locations l WHERE l.object_id = o.object_id)
"""

_RECORDS = f"""
SELECT o.path, replace(o.object_id::text, '-', ''), o.sha256, o.media_type, o.bytes, o.status,
       o.reason_code, o.reason, o.width, o.height, o.orientation, o.pages, o.has_text_layer,
       o.duration_s, coalesce(o.captured_at, told.taken ->> 'captured_at'),
       o.camera_make, o.camera_model,
       CASE WHEN o.lat IS NULL THEN told.place -> 'gps' ELSE jsonb_build_array(o.lat, o.lon) END,
       coalesce(o.text, ''), same.path, near.path,
       coalesce(told.words - 'warnings', '{{}}')
           || coalesce(CASE WHEN o.captured_at IS NULL THEN told.taken - 'captured_at' END, '{{}}')
           || coalesce(CASE WHEN o.lat IS NULL THEN told.place - 'gps' END, '{{}}')
           || coalesce(o.details, '{{}}'),
       whole.path, part.kind, o.text_key, {_SOURCE}, o.raw_path
FROM objects o
LEFT JOIN objects same ON same.object_id = o.duplicate_of
LEFT JOIN objects near ON near.object_id = o.near_duplicate_of
LEFT JOIN completions told ON told.object_id = o.object_id
LEFT JOIN companions part ON part.object_id = o.object_id
LEFT JOIN objects whole ON whole.object_id = part.companion_of
ORDER BY o.path, o.object_id
"""  # noqa: S608  (the columns are a constant above)

_EVENT_COLUMNS: LiteralString = """
    e.event_id::text, replace(e.object_id::text, '-', ''), o.path, e.kind, e.start_at, e.end_at,
    e.actors, e.devices, e.summary, e.provenance,
    e.details ->> 'precision', e.details ->> 'zone', e.details -> 'location',
    e.details -> 'amount', e.details ->> 'doubt',
    coalesce(again.told, '[]')
"""

# Where else a happening is told, for each that is told more than once.
_AGAIN: LiteralString = """
LEFT JOIN (
    SELECT t.happening_id, jsonb_agg(DISTINCT jsonb_build_object(
        'event_id', e.event_id, 'path', o.path, 'provenance', e.provenance,
        'confidence', t.confidence, 'reason', t.reason)) AS told
    FROM tellings t JOIN events e USING (event_id) JOIN objects o USING (object_id)
    GROUP BY t.happening_id
) again ON again.happening_id = e.event_id
"""

_EVENTS = f"""
SELECT {_EVENT_COLUMNS}
FROM happenings e JOIN objects o USING (object_id) {_AGAIN}
ORDER BY o.path, e.start_sort, e.event_id
"""  # noqa: S608  (the columns are a constant above)

_IN_TIME = f"""
SELECT {_EVENT_COLUMNS}, {_SOURCE}, o.raw_path
FROM happenings e JOIN objects o USING (object_id) {_AGAIN}
ORDER BY e.start_sort, o.path, e.event_id
"""  # noqa: S608  (the columns are a constant above)

# Of n events the i-th is taken where i * limit / n passes a whole number: evenly spread.
_TIMELINE = f"""
SELECT {_EVENT_COLUMNS}
FROM (
    SELECT event_id, row_number() OVER (ORDER BY start_sort, event_id) - 1 AS i,
           count(*) OVER () AS n
    FROM happenings WHERE start_sort IS NOT NULL
) place
JOIN events e USING (event_id)
JOIN objects o USING (object_id)
{_AGAIN}
WHERE i = 0 OR i * %(limit)s / n <> (i - 1) * %(limit)s / n
ORDER BY i
LIMIT %(limit)s
"""  # noqa: S608  (the columns are a constant above)

_PERSONS = "SELECT person_id, names, phones, emails, handles FROM persons ORDER BY person_id"
_DEVICES = """
SELECT device_id, imei, imsi, serial, mac, phone_numbers, label FROM devices ORDER BY device_id
"""
_LINKS = """
SELECT person_id, device_id, confidence, evidence, seen_from, seen_to FROM person_devices
ORDER BY person_id, device_id
"""

_EVENT_FIELDS = (
    "event_id", "object_id", "path", "kind", "start", "end", "actors", "devices", "summary",
    "provenance", "precision", "zone", "location", "amount", "doubt", "also",
)  # fmt: skip

# The public names, in the order of the columns.
FIELDS: dict[str, tuple[str, ...]] = {
    "records": (
        "path", "object_id", "sha256", "media_type", "bytes", "status", "reason_code", "reason",
        "width", "height", "orientation", "pages", "has_text_layer", "duration_s", "captured_at",
        "camera_make", "camera_model", "gps", "text", "duplicate_of", "near_duplicate_of",
        "details", "companion_of", "companion_kind",
    ),
    "events": _EVENT_FIELDS,
    "timeline": _EVENT_FIELDS,
    "persons": ("person_id", "names", "phones", "emails", "handles"),
    "devices": ("device_id", "imei", "imsi", "serial", "mac", "phone_numbers", "label"),
    "person_devices": (
        "person_id", "device_id", "confidence", "evidence", "seen_from", "seen_to",
    ),
}  # fmt: skip

_QUERIES: dict[str, LiteralString] = {
    "records": _RECORDS,
    "events": _EVENTS,
    "timeline": _IN_TIME,
    "persons": _PERSONS,
    "devices": _DEVICES,
    "person_devices": _LINKS,
}
# What a row bears besides its fields.
_BESIDES = {
    "records": ("_text_key", "_source", "_raw_path"),
    "timeline": ("_source", "_raw_path"),
}


def export(connection: Connection, kind: str) -> Iterator[dict[str, Any]]:
    """Rows of one kind, by path, id or time."""
    names = (*FIELDS[kind], *_BESIDES.get(kind, ()))
    for row in stream(connection, _QUERIES[kind]):
        yield dict(zip(names, row, strict=True))


def timeline(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` events that have a time, evenly spread over all, in the order of time."""
    rows = connection.execute(_TIMELINE, {"limit": limit}).fetchall()
    return [dict(zip(_EVENT_FIELDS, row, strict=True)) for row in rows]
