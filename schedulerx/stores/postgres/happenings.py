"""Events that tell one happening: found by exact rules, each with its reason.

Most rules are equivalences, so an event has a mark a rule and equal marks are one happening:

- the same bytes, read at the same place in them;
- one mail in two boxes, by its Message-ID; without one by time, sender, recipients and subject;
- one message in two chats, by minute, sender, recipients and text (without recipients by second);
- one appointment, by UID and start; without one by start, end and title.

Two calls in two logs are one where their times differ by no more than clocks do. That is no
equivalence, so pairs are kept: each the nearest of the other's log. Of a file's own events no two
are one happening: the n-th equal one is paired with the n-th of the other file.
"""

from __future__ import annotations

from typing import LiteralString

from schedulerx.model.evidence import TableChanges
from schedulerx.stores.postgres.changes import take_changes
from schedulerx.stores.postgres.components import label
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze, mirror_staged, stage

# Clocks of phones set by the network differ by seconds; switches log the start of dialling.
CLOCKS = "5"  # seconds
_TOLD_AGAIN = ("event_id", "happening_id", "confidence", "reason")

# An actor in one word; the same in every source that names a number, an address or a handle.
_WHO: LiteralString = "coalesce(a.phone, a.email, a.handle, lower(a.name))"

_NAMED = f"""
CREATE TEMP TABLE named ON COMMIT DROP AS
SELECT e.event_id, e.object_id, e.kind, e.start_at, e.end_at, e.start_sort, e.summary, e.uid,
       e.provenance,
       (SELECT string_agg(DISTINCT {_WHO}, ',' ORDER BY {_WHO})
        FROM jsonb_to_recordset(e.actors)
            AS a (role text, name text, phone text, email text, handle text)
        WHERE a.role IN ('sender', 'caller', 'organizer')) AS active,
       (SELECT string_agg(DISTINCT {_WHO}, ',' ORDER BY {_WHO})
        FROM jsonb_to_recordset(e.actors)
            AS a (role text, name text, phone text, email text, handle text)
        WHERE a.role IN ('recipient', 'callee')) AS passive
FROM events e JOIN changed USING (object_id)
WHERE e.kind IN ('call', 'message', 'email', 'appointment')
"""  # noqa: S608  (a constant)

# start_at is hashed as written, cut to the precision that the rule compares by.
_MARKS = """
INSERT INTO event_marks (event_id, rule, mark)
SELECT event_id, rule, md5(said || '#' || row_number() OVER (
    PARTITION BY object_id, rule, said ORDER BY start_sort, summary, active, passive, event_id
))::uuid
FROM (
    SELECT object_id, event_id, start_sort, summary, active, passive, 'mail' AS rule,
           coalesce('id:' || uid, concat_ws('|', start_sort, active, passive, summary)) AS said
    FROM named WHERE kind = 'email' AND (uid IS NOT NULL
        OR (start_at LIKE '%T%' AND active IS NOT NULL AND passive IS NOT NULL AND summary <> ''))
    UNION ALL
    SELECT object_id, event_id, start_sort, summary, active, passive, 'message',
           concat_ws('|', CASE WHEN passive IS NULL THEN start_sort
                               ELSE date_trunc('minute', start_sort) END,
                     zone, active, coalesce(passive, ''), summary)
    FROM (SELECT *, start_at ~ '(Z|[+-]\\d\\d:?\\d\\d)$' AS zone FROM named) n
    WHERE kind = 'message' AND start_at LIKE '%T%' AND active IS NOT NULL AND summary <> ''
      AND (passive IS NOT NULL OR start_at ~ 'T\\d\\d:\\d\\d:\\d\\d')
    UNION ALL
    SELECT object_id, event_id, start_sort, summary, active, passive, 'appointment',
           coalesce('uid:' || uid || '|' || start_at,
                    concat_ws('|', start_at, end_at, active, summary))
    FROM named WHERE kind = 'appointment' AND (uid IS NOT NULL OR summary <> 'Appointment')
) m
"""

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
ON CONFLICT DO NOTHING
"""

# The first copy of a file has no mark until there is a second.
_WITH_COPIES = """
INSERT INTO changed SELECT DISTINCT p.object_id
FROM changed c JOIN objects o USING (object_id) JOIN objects p ON p.sha256 = o.sha256
ON CONFLICT DO NOTHING
"""

_ENDS_COLUMNS: LiteralString = f"""
SELECT e.event_id, e.object_id, e.start_sort, e.start_at ~ '(Z|[+-]\\d\\d:?\\d\\d)$' AS zoned,
       CASE WHEN e.end_at LIKE '%T%' THEN extract(epoch FROM e.end_sort - e.start_sort)
       END AS seconds,
       (SELECT min({_WHO}) FROM jsonb_to_recordset(e.actors)
            AS a (role text, name text, phone text, email text, handle text)
        WHERE a.role = 'caller' AND coalesce(a.phone, a.email, a.handle) IS NOT NULL) AS caller,
       (SELECT min({_WHO}) FROM jsonb_to_recordset(e.actors)
            AS a (role text, name text, phone text, email text, handle text)
        WHERE a.role = 'callee' AND coalesce(a.phone, a.email, a.handle) IS NOT NULL) AS callee,
       floor(extract(epoch FROM e.start_sort) / {CLOCKS})::bigint AS bucket
FROM events e
"""  # noqa: S608  (constants)

_ENDS = f"""
CREATE TEMP TABLE ends ON COMMIT DROP AS {_ENDS_COLUMNS} JOIN changed USING (object_id)
WHERE e.kind = 'call' AND e.start_sort IS NOT NULL
  AND e.start_at ~ '^\\d{{4}}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d'
"""

# Each call of a changed file beside those about its time in other files.
_BUCKETS = """
CREATE TEMP TABLE buckets ON COMMIT DROP AS
SELECT DISTINCT bucket + d AS bucket FROM ends CROSS JOIN generate_series(-4, 4) AS d
"""
_OTHER_ENDS = f"""
CREATE TEMP TABLE other_ends ON COMMIT DROP AS {_ENDS_COLUMNS}
JOIN buckets b ON b.bucket = floor(extract(epoch FROM e.start_sort) / {CLOCKS})::bigint
WHERE e.kind = 'call' AND e.start_at ~ '^\\d{{4}}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d'
  AND e.start_sort >= (SELECT min(start_sort) FROM ends) - interval '1 minute'
  AND e.start_sort <= (SELECT max(start_sort) FROM ends) + interval '1 minute'
"""  # noqa: S608  (constants)

# Both ends agree in what both tell: numbers, direction, duration. One of them tells both numbers.
_CALLS = f"""
INSERT INTO event_pairs (event_id, other_id, confidence, reason)
WITH near AS (
    SELECT t.event_id AS one, o.event_id AS other, t.object_id AS of_one, o.object_id AS of_other,
           abs(extract(epoch FROM t.start_sort - o.start_sort)) AS apart,
           t.start_sort AS at, o.start_sort AS other_at, abs(t.seconds - o.seconds) AS longer,
           t.caller IS NOT NULL AND t.callee IS NOT NULL
           AND o.caller IS NOT NULL AND o.callee IS NOT NULL AS is_full
    FROM other_ends t
    CROSS JOIN LATERAL generate_series(t.bucket - 1, t.bucket + 1) AS b (bucket)
    JOIN other_ends o ON o.bucket = b.bucket
    WHERE t.object_id <> o.object_id AND t.zoned = o.zoned
      AND t.start_sort BETWEEN o.start_sort - interval '{CLOCKS} s'
                           AND o.start_sort + interval '{CLOCKS} s'
      AND coalesce(t.caller = o.caller, true) AND coalesce(t.callee = o.callee, true)
      AND (t.caller = o.caller OR t.callee = o.callee)
      AND ((t.caller IS NOT NULL AND t.callee IS NOT NULL)
           OR (o.caller IS NOT NULL AND o.callee IS NOT NULL))
      AND coalesce(abs(t.seconds - o.seconds) <= {CLOCKS},
                   t.caller = o.caller AND t.callee = o.callee, false)
      AND coalesce((t.seconds > 0) = (o.seconds > 0), true)
), nearest AS (
    SELECT *, row_number() OVER (PARTITION BY one, of_other ORDER BY apart, other_at, other) AS nth,
           row_number() OVER (PARTITION BY other, of_one ORDER BY apart, at, one) AS nth_back
    FROM near
)
SELECT one, other, CASE WHEN is_full THEN 0.98 ELSE 0.9 END,
       format('Two records of one call: the same %s, %s s apart%s',
              CASE WHEN is_full THEN 'numbers' ELSE 'number' END, round(apart),
              CASE WHEN longer IS NULL THEN '' ELSE ', lengths ' || round(longer) || ' s apart' END)
FROM nearest n
WHERE nth = 1 AND nth_back = 1 AND one < other
  AND EXISTS (SELECT FROM ends c WHERE c.event_id IN (one, other))
ON CONFLICT DO NOTHING
"""  # noqa: S608  (constants)

_FORGET = """
DELETE FROM event_marks m USING events e, changed c
WHERE m.event_id = e.event_id AND e.object_id = c.object_id
"""
_FORGET_PAIRS = """
DELETE FROM event_pairs p USING events e, changed c
WHERE e.object_id = c.object_id AND e.event_id IN (p.event_id, p.other_id)
"""

_EDGES = """
CREATE TEMP TABLE edges ON COMMIT DROP AS
SELECT event_id AS a, first AS b FROM (
    SELECT event_id, min(event_id::text) OVER (PARTITION BY rule, mark)::uuid AS first
    FROM event_marks
) m WHERE event_id <> first
UNION
SELECT event_id, other_id FROM event_pairs
"""

# The one that tells most is shown; of equals the first by path. A file tells a happening once:
# further events of a file in one group (three logs whose clocks run apart) stay by themselves.
_GROUPED = """
INSERT INTO {staged} (event_id, happening_id, confidence, reason)
WITH told AS (
    SELECT l.node AS event_id, l.label, e.object_id, o.path,
           row_number() OVER (PARTITION BY l.label, e.object_id ORDER BY e.event_id) AS nth,
           (SELECT count(*) FROM jsonb_array_elements(e.actors) a
            CROSS JOIN jsonb_object_keys(a)) AS tells
    FROM labels l JOIN events e ON e.event_id = l.node JOIN objects o USING (object_id)
), ranked AS (
    SELECT *, first_value(event_id) OVER (
        PARTITION BY label ORDER BY tells DESC, path, event_id) AS happening_id
    FROM told WHERE nth = 1
)
SELECT r.event_id, r.happening_id, coalesce(p.confidence, 0.99), coalesce(p.reason, m.reason)
FROM ranked r
LEFT JOIN LATERAL (
    SELECT confidence, reason FROM event_pairs p
    WHERE r.event_id IN (p.event_id, p.other_id)
    ORDER BY (r.happening_id IN (p.event_id, p.other_id)) DESC, confidence DESC, p.event_id,
             p.other_id LIMIT 1
) p ON true
LEFT JOIN LATERAL (
    SELECT CASE min(x.rule)
        WHEN 'bytes' THEN 'The same bytes, read at the same place'
        WHEN 'mail' THEN 'The same mail: ' || (SELECT CASE WHEN uid IS NULL
            THEN 'equal time, sender, recipients and subject' ELSE 'Message-ID ' || uid END
            FROM events e WHERE e.event_id = r.event_id)
        WHEN 'message' THEN 'The same message: equal time, sender and text'
        ELSE 'The same appointment: equal ' || (SELECT CASE WHEN uid IS NULL
            THEN 'times and title' ELSE 'UID ' || uid || ' and start' END
            FROM events e WHERE e.event_id = r.event_id)
        END AS reason
    FROM event_marks x JOIN event_marks y USING (rule, mark)
    WHERE x.event_id = r.event_id AND y.event_id <> r.event_id
) m ON true
WHERE r.event_id <> r.happening_id
"""


def link(connection: Connection) -> TableChanges:
    """Makes `told_again` say what is told again, by the events that changed since the last time."""
    if take_changes(connection, "happenings"):
        connection.execute(_WITH_COPIES)
        for statement in (_FORGET, _FORGET_PAIRS, _NAMED, _MARKS, _BYTES, _ENDS):
            connection.execute(statement)
        analyze(connection, "ends")
        connection.execute(_BUCKETS)
        analyze(connection, "buckets")
        connection.execute(_OTHER_ENDS)
        analyze(connection, "other_ends")
        connection.execute(_CALLS)
    connection.execute(_EDGES)
    label(connection)
    staged = stage(connection, "told_again", _TOLD_AGAIN)
    connection.execute(_GROUPED.replace("{staged}", staged))
    return mirror_staged(connection, "told_again", _TOLD_AGAIN, ("event_id",))
