"""Two records of one call: each the nearest of the other's log, no further apart than clocks are.

Calls whose times, numbers and lengths are equal are marked, as other events are, and take no part
in pairs: of a log that was exported fifty times there are fifty marks a call, not 1,225 pairs.
"""

from __future__ import annotations

from typing import LiteralString

from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.happenings.marks import WHO, ZONED
from schedulerx.stores.postgres.staging import analyze

# Clocks of phones set by the network differ by seconds; switches log the start of dialling.
_CLOCKS = "5"  # seconds
_TO_THE_SECOND = "'^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d'"

# As the index `events_call_bucket` has it.
_BUCKET: LiteralString = f"(floor(extract(epoch FROM e.start_sort) / {_CLOCKS})::bigint)"
_COLUMNS: LiteralString = f"""
SELECT e.event_id, e.object_id, e.start_sort, {ZONED} AS zoned,
       CASE WHEN e.end_at LIKE '%T%' THEN extract(epoch FROM e.end_sort - e.start_sort)
       END AS seconds, w.caller, w.callee,
       {_BUCKET} AS bucket
FROM events e
"""  # noqa: S608  (constants)
_SIDES: LiteralString = f"""
CROSS JOIN LATERAL (
    SELECT min({WHO}) FILTER (WHERE a.role = 'caller') AS caller,
           min({WHO}) FILTER (WHERE a.role = 'callee') AS callee
    FROM jsonb_to_recordset(e.actors)
        AS a (role text, name text, phone text, email text, handle text)
    WHERE coalesce(a.phone, a.email, a.handle) IS NOT NULL
) w
WHERE e.kind = 'call' AND e.start_at ~ {_TO_THE_SECOND}
"""  # noqa: S608  (constants)

_ENDS = f"""
CREATE TEMP TABLE ends ON COMMIT DROP AS
{_COLUMNS} JOIN changed USING (object_id) {_SIDES} AND e.start_sort IS NOT NULL
"""
_MARKS = """
INSERT INTO event_marks (event_id, rule, mark)
SELECT event_id, 'call', md5(said || '#' || row_number() OVER (
    PARTITION BY object_id, said ORDER BY event_id))::uuid
FROM (SELECT object_id, event_id,
             md5(concat_ws('|', start_sort, zoned, caller, callee, coalesce(seconds, -1))) AS said
      FROM ends WHERE caller IS NOT NULL AND callee IS NOT NULL) e
"""

# Each call of a changed file beside those about its time in all files.
_BUCKETS = """
CREATE TEMP TABLE buckets ON COMMIT DROP AS
SELECT DISTINCT bucket + d AS bucket FROM ends CROSS JOIN generate_series(-1, 1) AS d
"""
_OTHERS = f"""
CREATE TEMP TABLE others ON COMMIT DROP AS
SELECT n.*, m.mark FROM (
    {_COLUMNS} JOIN buckets b ON b.bucket = {_BUCKET} {_SIDES}
) n LEFT JOIN event_marks m ON m.event_id = n.event_id AND m.rule = 'call'
"""  # noqa: S608  (constants)

# Both ends agree in what both tell: numbers, direction, duration. One of them tells both numbers.
_NEAR: LiteralString = f"""
INSERT INTO near
SELECT t.event_id, o.event_id, t.object_id, o.object_id,
       abs(extract(epoch FROM t.start_sort - o.start_sort)), t.start_sort, o.start_sort,
       abs(t.seconds - o.seconds), t.caller IS NOT NULL AND t.callee IS NOT NULL
       AND o.caller IS NOT NULL AND o.callee IS NOT NULL
FROM ends c JOIN others t USING (event_id)
CROSS JOIN generate_series(-1, 1) AS d
JOIN others o ON o.bucket = t.bucket + d {{numbers}}
WHERE t.object_id <> o.object_id AND t.zoned = o.zoned AND (t.mark = o.mark) IS NOT TRUE
  AND t.start_sort BETWEEN o.start_sort - interval '{_CLOCKS} s'
                       AND o.start_sort + interval '{_CLOCKS} s'
  AND coalesce(abs(t.seconds - o.seconds) <= {_CLOCKS},
               t.caller = o.caller AND t.callee = o.callee, false)
  AND coalesce((t.seconds > 0) = (o.seconds > 0), true)
  AND NOT EXISTS (SELECT FROM others x WHERE x.object_id = o.object_id AND x.mark = t.mark)
  AND NOT EXISTS (SELECT FROM others x WHERE x.object_id = t.object_id AND x.mark = o.mark)
"""  # noqa: S608  (constants)
_NUMBERS: tuple[LiteralString, ...] = (
    "AND o.caller = t.caller AND o.callee = t.callee",
    "AND o.caller = t.caller AND (o.callee IS NULL) <> (t.callee IS NULL)",
    "AND o.callee = t.callee AND (o.caller IS NULL) <> (t.caller IS NULL)",
)
_NEAR_TABLE = """
CREATE TEMP TABLE near (
    one uuid, other uuid, of_one uuid, of_other uuid, apart numeric, at timestamp,
    other_at timestamp, longer numeric, is_full boolean
) ON COMMIT DROP
"""
_PAIRS = """
INSERT INTO event_pairs (event_id, other_id, confidence, reason)
WITH nearest AS (
    SELECT *, row_number() OVER (PARTITION BY one, of_other ORDER BY apart, other_at, other) AS nth,
           row_number() OVER (PARTITION BY other, of_one ORDER BY apart, at, one) AS nth_back
    FROM near
)
SELECT least(one, other), greatest(one, other), CASE WHEN is_full THEN 0.98 ELSE 0.9 END,
       format('Two records of one call: the same %s, %s s apart%s',
              CASE WHEN is_full THEN 'numbers' ELSE 'number' END, round(apart),
              CASE WHEN longer IS NULL THEN '' ELSE ', lengths ' || round(longer) || ' s apart' END)
FROM nearest WHERE nth = 1 AND nth_back = 1
ON CONFLICT DO NOTHING
"""
_FORGET = """
DELETE FROM event_pairs p USING events e, changed c
WHERE e.object_id = c.object_id AND e.event_id = p.{side}
"""


def pair(connection: Connection) -> None:
    """Pairs the calls of changed objects, and marks those that are told alike, anew."""
    for side in ("event_id", "other_id"):
        connection.execute(_FORGET.replace("{side}", side))
    connection.execute(_ENDS)
    analyze(connection, "ends")
    connection.execute(_MARKS)
    connection.execute(_BUCKETS)
    for statement, table in ((_OTHERS, "others"), (_NEAR_TABLE, "near")):
        connection.execute(statement)
        analyze(connection, table)
    for numbers in _NUMBERS:
        connection.execute(_NEAR.replace("{numbers}", numbers))
    analyze(connection, "near")
    connection.execute(_PAIRS)
