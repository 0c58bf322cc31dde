"""What joins two identities: found anew for those that were touched, each with its evidence."""

from __future__ import annotations

from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.resolution.name_joins import find_around, join_by_name
from schedulerx.stores.postgres.resolution.shared import find_shared
from schedulerx.stores.postgres.staging import analyze

_TOUCHED = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
WITH taken AS (
    DELETE FROM touched_identities t USING identities i
    WHERE i.identity_id = t.identity_id AND i.realm = %(realm)s RETURNING t.identity_id
)
SELECT DISTINCT identity_id FROM taken
"""

_FORGET = """
CREATE TEMP TABLE reached ON COMMIT DROP AS
WITH gone AS (
    DELETE FROM joins j WHERE j.identity_id IN (SELECT identity_id FROM touched)
        OR j.other_id IN (SELECT identity_id FROM touched)
        OR (j.rule IN ('name and shared', 'name and device')
            AND (j.identity_id IN (SELECT identity_id FROM around)
                 OR j.other_id IN (SELECT identity_id FROM around)))
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
UNION SELECT unnest(ARRAY[identity_id, other_id]) FROM joins
      WHERE rule IN ('name and shared', 'name and device')
        AND (identity_id IN (SELECT identity_id FROM around)
             OR other_id IN (SELECT identity_id FROM around))
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
    find_shared(connection, realm)
    find_around(connection)
    connection.execute(_FORGET)
    connection.execute(_TOGETHER, which)
    if realm == "person":
        join_by_name(connection)
    connection.execute(_BY_HAND, which)
    connection.execute(_REACH)
    connection.execute("ANALYZE joins")
    return True
