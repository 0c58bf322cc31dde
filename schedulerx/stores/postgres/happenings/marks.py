"""Marks of events: two with equal marks tell one happening.

- the same bytes, read at the same place in them;
- one mail in two boxes, by its Message-ID; without one by time, sender, recipients, subject and
  body;
- one message in two chats, by time, sender and text; where one of them knows the minute alone, by
  minute, sender, recipients and text (without recipients, where the text is no mere "ok");
- one appointment, by UID and start; without one by start, end, organizer and title.

Of a file's own events no two are one happening: the n-th equal one is paired with the n-th of the
other file.
"""

from __future__ import annotations

from typing import LiteralString

from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze

# An actor in one word; the same in every source that names a number, an address or a handle.
WHO: LiteralString = "coalesce(a.phone, a.email, a.handle, lower(a.name))"
# A message of fewer characters is said too often for its minute to tell it.
_TELLING = 20
COARSE: LiteralString = (
    "(coalesce(e.details ->> 'precision', '') = 'minute' OR e.start_at !~ 'T\\d\\d:\\d\\d:\\d\\d')"
)
ZONED: LiteralString = "e.start_at ~ '(Z|[+-]\\d\\d:?\\d\\d)$'"

_NAMED = f"""
CREATE TEMP TABLE named ON COMMIT DROP AS
SELECT e.event_id, e.object_id, e.kind, e.start_at, e.end_at, e.start_sort, {ZONED} AS zoned,
       {COARSE} AS coarse, e.summary, e.uid, e.details ->> 'body' AS body, w.active, w.passive
FROM events e JOIN changed USING (object_id)
CROSS JOIN LATERAL (
    SELECT string_agg(DISTINCT {WHO}, ',' ORDER BY {WHO})
               FILTER (WHERE a.role IN ('sender', 'caller', 'organizer')) AS active,
           string_agg(DISTINCT {WHO}, ',' ORDER BY {WHO})
               FILTER (WHERE a.role IN ('recipient', 'callee')) AS passive
    FROM jsonb_to_recordset(e.actors)
        AS a (role text, name text, phone text, email text, handle text)
) w
WHERE e.kind IN ('message', 'email', 'appointment')
"""  # noqa: S608  (constants)

# Times are hashed cut to the precision that the rule compares by.
_MARKS = f"""
INSERT INTO event_marks (event_id, rule, mark)
SELECT event_id, rule, md5(said || '#' || row_number() OVER (
    PARTITION BY object_id, rule, said ORDER BY start_sort, words, event_id
))::uuid
FROM (
    SELECT object_id, event_id, start_sort, rule, md5(said) AS said,
           md5(concat_ws('|', summary, active, passive)) AS words
    FROM (
        SELECT *, 'mail' AS rule,
               coalesce('id:' || uid,
                        concat_ws('|', start_sort, zoned, active, passive, summary, body)) AS said
        FROM named WHERE kind = 'email' AND (uid IS NOT NULL
            OR (start_at LIKE '%T%' AND active IS NOT NULL AND passive IS NOT NULL
                AND summary <> ''))
        UNION ALL
        SELECT *, 'message',
               concat_ws('|', start_sort, zoned, active, coalesce(passive, ''), summary)
        FROM named WHERE kind = 'message' AND start_at LIKE '%T%' AND active IS NOT NULL
          AND summary <> '' AND NOT coarse
        UNION ALL
        SELECT *, 'minute', concat_ws('|', date_trunc('minute', start_sort), zoned, active,
                                      coalesce(passive, ''), summary)
        FROM named WHERE kind = 'message' AND start_at LIKE '%T%' AND active IS NOT NULL
          AND summary <> ''
          AND (passive IS NOT NULL OR (coarse AND length(summary) >= {_TELLING}))
        UNION ALL
        SELECT *, 'appointment',
               coalesce('uid:' || uid || '|' || concat_ws('|', start_sort, zoned),
                        concat_ws('|', start_at, end_at, active, summary))
        FROM named WHERE kind = 'appointment'
          AND (uid IS NOT NULL OR (active IS NOT NULL AND summary <> 'Appointment'))
    ) m
) h
"""  # noqa: S608  (a constant)

# Photos and videos are told again as their files are linked (view `tellings`).
_BYTES = """
INSERT INTO event_marks (event_id, rule, mark)
SELECT event_id, 'bytes', md5(said || '#' || row_number() OVER (
    PARTITION BY object_id, said ORDER BY start_sort, summary, actors::text, event_id
))::uuid
FROM (
    SELECT e.object_id, e.event_id, e.start_sort, e.summary, e.actors,
           concat_ws('|', e.kind, e.provenance::text, e.start_at) AS said
    FROM events e JOIN changed USING (object_id) JOIN objects o USING (object_id)
    WHERE e.kind NOT IN ('photo_taken', 'video_taken') AND o.sha256 IS NOT NULL
      AND EXISTS (SELECT FROM objects p WHERE p.sha256 = o.sha256 AND p.object_id <> o.object_id)
) b
"""

# The first copy of a file has no mark until there is a second.
_WITH_COPIES = """
INSERT INTO changed SELECT DISTINCT p.object_id
FROM changed c JOIN objects o USING (object_id) JOIN objects p ON p.sha256 = o.sha256
ON CONFLICT DO NOTHING
"""
_FORGET = """
DELETE FROM event_marks m USING events e, changed c
WHERE m.event_id = e.event_id AND e.object_id = c.object_id
"""


def mark(connection: Connection) -> None:
    """Marks the events of changed objects anew. Adds the copies of these to `changed`."""
    connection.execute(_WITH_COPIES)
    analyze(connection, "changed")
    for statement in (_FORGET, _NAMED, _MARKS, _BYTES):
        connection.execute(statement)
