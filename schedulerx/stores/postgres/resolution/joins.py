"""What joins two identities: found anew for those that were touched, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schedulerx.evidence.sharing import shared_by_devices, shared_by_people
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze, copy_rows

_MOST_BESIDE = 2000  # mentions looked at to tell whether an identity is shared
_MOST_NUMBERS = 6  # identities seen with a device, above which it is everybody's

_TOUCHED = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
WITH taken AS (
    DELETE FROM touched_identities t USING identities i
    WHERE i.identity_id = t.identity_id AND i.realm = %(realm)s RETURNING t.identity_id
)
SELECT DISTINCT identity_id FROM taken
"""

# An identity that several names, or several devices, have beside others of their own.
_SUSPECTS = """
SELECT i.key, i.identity_id, (array_agg(DISTINCT ARRAY[coalesce(n.key, ''), o.key]))[1:%(most)s]
FROM touched t
JOIN identities i USING (identity_id)
JOIN fact_identities f ON f.identity_id = i.identity_id
JOIN fact_identities fo ON fo.fact_id = f.fact_id AND NOT fo.is_weak
    AND fo.identity_id <> i.identity_id
JOIN identities o ON o.identity_id = fo.identity_id
LEFT JOIN fact_identities fn ON fn.fact_id = f.fact_id AND fn.is_weak AND i.realm = 'person'
LEFT JOIN identities n ON n.identity_id = fn.identity_id
WHERE NOT i.is_weak AND i.key NOT LIKE 'imei:%%'
GROUP BY i.identity_id, i.key
HAVING count(DISTINCT o.key) > 1 AND (i.realm = 'device' OR count(DISTINCT n.key) > 1)
ORDER BY i.identity_id
"""
_SHARED_TABLE = """
CREATE TEMP TABLE sharing (identity_id bigint, shared text) ON COMMIT DROP
"""
_SET_SHARED = """
UPDATE identities i SET shared = s.shared
FROM touched t LEFT JOIN sharing s USING (identity_id)
WHERE i.identity_id = t.identity_id AND i.shared IS DISTINCT FROM s.shared
"""

_FORGET = """
CREATE TEMP TABLE reached ON COMMIT DROP AS
WITH gone AS (
    DELETE FROM joins j WHERE j.identity_id IN (SELECT identity_id FROM touched)
        OR j.other_id IN (SELECT identity_id FROM touched)
    RETURNING j.identity_id, j.other_id
)
SELECT identity_id FROM touched UNION SELECT identity_id FROM gone UNION SELECT other_id FROM gone
"""

# Named together in one mention.
_TOGETHER = """
INSERT INTO joins (realm, identity_id, other_id, rule, confidence, events, event_ids)
SELECT %(realm)s, a.identity_id, b.identity_id, 'together', 0.99, sum(m.events),
       (array_agg(m.first_event ORDER BY m.first_at, m.first_event))[1:3]
FROM fact_identities a
JOIN fact_identities b ON b.fact_id = a.fact_id AND a.identity_id < b.identity_id AND NOT b.is_weak
JOIN identities x ON x.identity_id = a.identity_id AND x.shared IS NULL AND x.realm = %(realm)s
JOIN identities y ON y.identity_id = b.identity_id AND y.shared IS NULL
JOIN mentions m ON m.fact_id = a.fact_id
WHERE NOT a.is_weak AND a.fact_id IN (
    SELECT f.fact_id FROM fact_identities f JOIN touched USING (identity_id))
  AND (a.identity_id IN (SELECT identity_id FROM touched)
       OR b.identity_id IN (SELECT identity_id FROM touched))
GROUP BY a.identity_id, b.identity_id
"""

# A name, and the same landline, mailbox or device: two numbers of one person. Of two names one is
# a full one, and the other the same or an abbreviated form of it.
_NEAR_NAMES = """
CREATE TEMP TABLE near_names ON COMMIT DROP AS
WITH own AS (
    SELECT DISTINCT n.identity_id, n.key, n.cuts, n.is_whole FROM touched
    JOIN fact_identities f USING (identity_id)
    JOIN fact_identities w ON w.fact_id = f.fact_id AND w.is_weak
    JOIN identities n ON n.identity_id = w.identity_id
)
SELECT identity_id FROM own
UNION SELECT n.identity_id FROM own
      JOIN identities n ON n.realm = 'person' AND n.key = ANY(own.cuts)
UNION SELECT n.identity_id FROM own JOIN identities n ON n.cuts @> ARRAY[own.key]
      WHERE NOT own.is_whole
"""
_NAMED = """
CREATE TEMP TABLE named ON COMMIT DROP AS
SELECT DISTINCT f.identity_id, f.fact_id, c.said, c.said <> n.key AS is_cut
FROM near_names JOIN identities n USING (identity_id)
JOIN fact_identities w ON w.identity_id = n.identity_id
JOIN fact_identities f ON f.fact_id = w.fact_id AND NOT f.is_weak
JOIN identities i ON i.identity_id = f.identity_id AND i.shared IS NULL
CROSS JOIN LATERAL unnest(
    CASE WHEN n.is_whole THEN n.cuts || n.key ELSE ARRAY[n.key] END) AS c (said)
WHERE n.key LIKE '% %'
"""
_NAME_AND_SHARED = """
INSERT INTO joins (realm, identity_id, other_id, rule, confidence, events, event_ids)
WITH beside AS (
    SELECT n.identity_id, n.fact_id, n.said, n.is_cut, s.identity_id AS shared_id
    FROM named n JOIN fact_identities s ON s.fact_id = n.fact_id
    JOIN identities k ON k.identity_id = s.identity_id AND k.shared IS NOT NULL
)
SELECT 'person', a.identity_id, b.identity_id, 'name and shared', 0.8,
       count(DISTINCT m.first_event), (array_agg(DISTINCT m.first_event))[1:3]
FROM beside a
JOIN beside b ON b.said = a.said AND NOT (a.is_cut AND b.is_cut) AND b.shared_id = a.shared_id
    AND a.identity_id < b.identity_id
JOIN mentions m ON m.fact_id IN (a.fact_id, b.fact_id)
WHERE a.identity_id IN (SELECT identity_id FROM touched)
   OR b.identity_id IN (SELECT identity_id FROM touched)
   OR a.shared_id IN (SELECT identity_id FROM touched)
GROUP BY a.identity_id, b.identity_id
ON CONFLICT DO NOTHING
"""
_NAME_AND_DEVICE = f"""
INSERT INTO joins (realm, identity_id, other_id, rule, confidence, events, event_ids)
WITH users AS (
    SELECT DISTINCT n.identity_id, n.said, n.is_cut, d.identity_id AS device_id, c.event_ids[1] AS e
    FROM (SELECT DISTINCT identity_id, said, is_cut FROM named) n
    JOIN carriers c USING (identity_id)
    JOIN fact_identities d ON d.fact_id = c.fact_id AND NOT d.is_weak
), few AS (
    SELECT d.identity_id AS device_id FROM fact_identities d JOIN carriers c USING (fact_id)
    WHERE d.identity_id IN (SELECT device_id FROM users)
    GROUP BY 1 HAVING count(DISTINCT c.identity_id) <= {_MOST_NUMBERS}
)
SELECT 'person', a.identity_id, b.identity_id, 'name and device', 0.85, count(DISTINCT e.e),
       (array_agg(DISTINCT e.e))[1:3]
FROM users a
JOIN few USING (device_id)
JOIN users b ON b.device_id = a.device_id AND b.said = a.said AND NOT (a.is_cut AND b.is_cut)
CROSS JOIN LATERAL unnest(ARRAY[a.e, b.e]) AS e (e)
WHERE a.identity_id < b.identity_id
  AND (a.identity_id IN (SELECT identity_id FROM touched)
       OR b.identity_id IN (SELECT identity_id FROM touched))
GROUP BY a.identity_id, b.identity_id
ON CONFLICT DO NOTHING
"""  # noqa: S608  (a constant)

_BY_HAND = """
INSERT INTO joins (realm, identity_id, other_id, rule, confidence, events, event_ids)
SELECT DISTINCT d.realm, least(a.identity_id, b.identity_id),
       greatest(a.identity_id, b.identity_id), 'by hand', 1.0, 0, ARRAY[]::uuid[]
FROM decisions d
JOIN identities a ON a.realm = d.realm AND a.key = ANY(d.keys)
JOIN identities b ON b.realm = d.realm AND b.key = ANY(d.others)
WHERE d.verdict = 'join' AND d.undone_at IS NULL AND d.realm = %(realm)s
  AND a.identity_id <> b.identity_id
  AND (a.identity_id IN (SELECT identity_id FROM touched)
       OR b.identity_id IN (SELECT identity_id FROM touched))
ON CONFLICT DO NOTHING
"""

_REACH = """
INSERT INTO reached
SELECT identity_id FROM joins WHERE other_id IN (SELECT identity_id FROM touched)
UNION SELECT other_id FROM joins WHERE identity_id IN (SELECT identity_id FROM touched)
"""


def find_joins(connection: Connection, realm: str) -> bool:
    """Finds the joins of touched identities anew. Leaves the temporary tables `touched` and
    `reached` (what they joined before, or join now); False where nothing was touched.
    """
    which = {"realm": realm}
    if not connection.execute(_TOUCHED, which).rowcount:
        return False
    connection.execute("CREATE UNIQUE INDEX ON touched (identity_id)")
    analyze(connection, "touched")
    _find_shared(connection, realm)
    connection.execute(_FORGET)
    connection.execute(_TOGETHER, which)
    if realm == "person":
        connection.execute(_NEAR_NAMES)
        connection.execute(_NAMED)
        analyze(connection, "named")
        connection.execute(_NAME_AND_SHARED)
        connection.execute(_NAME_AND_DEVICE)
    connection.execute(_BY_HAND, which)
    connection.execute(_REACH)
    connection.execute("ANALYZE joins")
    return True


def _find_shared(connection: Connection, realm: str) -> None:
    connection.execute(_SHARED_TABLE)
    with connection.cursor(name="suspects") as cursor:
        cursor.itersize = 500
        cursor.execute(_SUSPECTS, {"most": _MOST_BESIDE})
        found = list(_shared(cursor, realm))
    copy_rows(connection, "sharing", ("identity_id", "shared"), found)
    connection.execute(_SET_SHARED)


def _shared(suspects: Iterator[tuple[Any, ...]], realm: str) -> Iterator[tuple[int, str]]:
    for key, identity_id, besides in suspects:
        if realm == "device":
            reason = shared_by_devices(other for _, other in besides)
        else:
            named = ((name.removeprefix("name:"), other) for name, other in besides if name)
            reason = shared_by_people(key, named)
        if reason is not None:
            yield identity_id, reason
