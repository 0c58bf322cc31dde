"""Where names and SIM cards belong that are mentioned alone: with the only one they fit."""

from __future__ import annotations

from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze

# Names of the touched, names of the affected groups, and the abbreviated forms of both.
_NAMES = """
CREATE TEMP TABLE names ON COMMIT DROP AS
WITH near AS (
    SELECT i.identity_id, i.cuts FROM identities i JOIN affected USING (identity_id)
    WHERE i.is_weak
    UNION
    SELECT n.identity_id, n.cuts FROM affected a
    JOIN fact_identities f ON f.identity_id = a.identity_id AND NOT f.is_weak
    JOIN fact_identities w ON w.fact_id = f.fact_id AND w.is_weak
    JOIN identities n ON n.identity_id = w.identity_id
)
SELECT identity_id FROM near
UNION
SELECT i.identity_id FROM near n CROSS JOIN LATERAL unnest(n.cuts) AS c (cut)
JOIN identities i ON i.realm = %(realm)s AND i.key = c.cut
"""
# Mentioned alone, and not joined by hand.
_ALONE = """
CREATE TEMP TABLE alone ON COMMIT DROP AS
SELECT n.identity_id, i.key FROM names n JOIN identities i USING (identity_id)
WHERE EXISTS (
    SELECT FROM fact_identities f JOIN mentions m USING (fact_id)
    WHERE f.identity_id = n.identity_id AND NOT EXISTS (
        SELECT FROM fact_identities s WHERE s.fact_id = f.fact_id AND NOT s.is_weak))
  AND NOT EXISTS (SELECT FROM joins j WHERE j.rule = 'by hand' AND NOT j.is_blocked
                  AND n.identity_id IN (j.identity_id, j.other_id))
"""
# The names that a name may be: itself, and those it abbreviates or spells otherwise.
_FITS = """
CREATE TEMP TABLE fits ON COMMIT DROP AS
SELECT identity_id, key AS name, identity_id AS name_id, 'exact' AS fit FROM alone
UNION ALL
SELECT a.identity_id, a.key, n.identity_id, 'initial' FROM alone a
JOIN identities n ON n.cuts @> ARRAY[a.key] AND n.realm = %(realm)s AND n.is_weak
"""
_BEARERS = """
CREATE TEMP TABLE bearers ON COMMIT DROP AS
SELECT t.identity_id, t.name, t.fit, b.cluster,
       (array_agg(b.identity_id ORDER BY b.key))[1] AS bearer_id
FROM fits t
JOIN fact_identities w ON w.identity_id = t.name_id
JOIN fact_identities f ON f.fact_id = w.fact_id AND NOT f.is_weak
JOIN identities b ON b.identity_id = f.identity_id
WHERE b.shared IS NULL AND b.cluster IS NOT NULL GROUP BY 1, 2, 3, 4
"""
_BANNED = """
DELETE FROM bearers b USING decisions d, identities i
WHERE d.verdict = 'forbid' AND d.undone_at IS NULL AND d.realm = %(realm)s
  AND i.cluster = b.cluster AND i.realm = d.realm
  AND ((b.name = ANY(d.keys) AND i.key = ANY(d.others))
       OR (b.name = ANY(d.others) AND i.key = ANY(d.keys)))
"""
_CHOSEN = """
CREATE TEMP TABLE chosen ON COMMIT DROP AS
SELECT a.identity_id, coalesce(e.homes, n.homes, 0) AS homes,
       CASE WHEN e.homes IS NULL THEN n.cluster ELSE e.cluster END AS cluster,
       CASE WHEN e.homes IS NULL THEN n.bearer_id ELSE e.bearer_id END AS bearer_id,
       CASE WHEN e.homes IS NULL OR NOT i.is_whole THEN 0.6 ELSE 0.8 END AS confidence
FROM alone a JOIN identities i USING (identity_id)
LEFT JOIN (SELECT identity_id, count(*) AS homes, min(cluster) AS cluster,
                  min(bearer_id) AS bearer_id
           FROM bearers WHERE fit = 'exact' GROUP BY 1) e USING (identity_id)
LEFT JOIN (SELECT identity_id, count(*) AS homes, min(cluster) AS cluster,
                  min(bearer_id) AS bearer_id
           FROM bearers WHERE fit = 'initial' GROUP BY 1) n USING (identity_id)
"""
_FORGET = """
DELETE FROM joins j USING names n WHERE j.rule = 'name' AND j.other_id = n.identity_id
"""
_PLACED = """
INSERT INTO joins (realm, identity_id, other_id, rule, confidence, events, event_ids)
SELECT %(realm)s, c.bearer_id, c.identity_id, 'name', c.confidence, sum(m.events),
       (array_agg(m.first_event ORDER BY m.first_at, m.first_event))[1:3]
FROM chosen c JOIN fact_identities f ON f.identity_id = c.identity_id
JOIN mentions m USING (fact_id)
WHERE c.homes = 1 GROUP BY c.bearer_id, c.identity_id, c.confidence
"""
# A name that fits nobody, or several, stays somebody of its own; a SIM card seen in several
# devices is none of them.
_SET = """
UPDATE identities i SET cluster = n.cluster
FROM (
    SELECT n.identity_id, CASE WHEN c.homes = 1 THEN c.cluster
                               WHEN c.homes = 0 OR (c.homes > 1 AND %(realm)s = 'person')
                               THEN n.identity_id END AS cluster
    FROM names n LEFT JOIN chosen c USING (identity_id)
    WHERE c.identity_id IS NOT NULL OR NOT EXISTS (
        SELECT FROM joins j WHERE j.rule = 'by hand' AND NOT j.is_blocked
        AND n.identity_id IN (j.identity_id, j.other_id))
) n
WHERE i.identity_id = n.identity_id AND i.cluster IS DISTINCT FROM n.cluster
"""
# Where a name was, and where it is now, a person's names change.
_BEFORE = """
INSERT INTO affected
SELECT DISTINCT i.identity_id FROM names n JOIN identities x USING (identity_id)
JOIN identities i ON i.cluster = x.cluster
WHERE NOT EXISTS (SELECT FROM affected a WHERE a.identity_id = i.identity_id)
"""


def place(connection: Connection, realm: str) -> None:
    """Places what is mentioned alone; adds to `affected` whom it leaves and whom it joins."""
    which = {"realm": realm}
    for statement in (_NAMES, _ALONE):
        connection.execute(statement, which)
    connection.execute("CREATE UNIQUE INDEX ON names (identity_id)")
    analyze(connection, "names")
    analyze(connection, "alone")
    connection.execute(_BEFORE)
    connection.execute(_FITS, which)
    analyze(connection, "fits")
    for statement in (_BEARERS, _BANNED, _CHOSEN, _FORGET, _PLACED, _SET):
        connection.execute(statement, which)
    connection.execute(_BEFORE)
    connection.execute("INSERT INTO affected SELECT identity_id FROM names EXCEPT TABLE affected")
    analyze(connection, "affected")
