"""Joined identities as groups: only those that a change reaches are made anew."""

from __future__ import annotations

from itertools import groupby

from schedulerx.evidence.constraints import kept_apart
from schedulerx.stores.postgres.components import label
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze, copy_rows

# Whole groups, and those that only a ban keeps from them.
_AFFECTED = """
CREATE TEMP TABLE affected ON COMMIT DROP AS
SELECT identity_id FROM reached
UNION
SELECT i.identity_id FROM identities i
WHERE i.cluster IN (SELECT x.cluster FROM reached JOIN identities x USING (identity_id))
"""
_MORE = """
INSERT INTO affected
SELECT DISTINCT i.identity_id FROM (
    SELECT x.cluster, x.identity_id FROM affected a JOIN joins j ON j.identity_id = a.identity_id
    JOIN identities x ON x.identity_id = j.other_id WHERE j.is_blocked
    UNION ALL
    SELECT x.cluster, x.identity_id FROM affected a JOIN joins j ON j.other_id = a.identity_id
    JOIN identities x ON x.identity_id = j.identity_id WHERE j.is_blocked
) b JOIN identities i ON i.cluster = b.cluster OR i.identity_id = b.identity_id
WHERE NOT EXISTS (SELECT FROM affected a WHERE a.identity_id = i.identity_id)
"""
_ANY_BLOCKED = "SELECT EXISTS (SELECT FROM joins WHERE is_blocked)"
_UNBLOCK = """
UPDATE joins SET is_blocked = false
WHERE is_blocked AND identity_id IN (SELECT identity_id FROM affected)
"""
# Placing comes after; a name is in a group of its own right only where somebody joined it by hand.
_EDGES = """
CREATE TEMP TABLE edges ON COMMIT DROP AS
SELECT j.identity_id AS a, j.other_id AS b FROM joins j JOIN affected f USING (identity_id)
WHERE j.rule <> 'name'
"""
# Of those that nobody mentions any more nothing is left.
_LIVING = """
CREATE TEMP TABLE living ON COMMIT DROP AS
SELECT a.identity_id FROM affected a WHERE EXISTS (
    SELECT FROM fact_identities f JOIN mentions m USING (fact_id)
    WHERE f.identity_id = a.identity_id)
"""
_SET = """
UPDATE identities i SET cluster = n.cluster
FROM (
    SELECT a.identity_id, CASE WHEN v.identity_id IS NULL THEN NULL
                               WHEN i.is_weak THEN l.label
                               ELSE coalesce(l.label, a.identity_id) END AS cluster
    FROM affected a JOIN identities i USING (identity_id)
    LEFT JOIN living v USING (identity_id) LEFT JOIN labels l ON l.node = a.identity_id
) n
WHERE i.identity_id = n.identity_id AND i.cluster IS DISTINCT FROM n.cluster
"""

_BANS = """
SELECT DISTINCT x.label, a.key, b.key
FROM decisions d
JOIN identities a ON a.realm = d.realm AND a.key = ANY(d.keys)
JOIN identities b ON b.realm = d.realm AND b.key = ANY(d.others)
JOIN labels x ON x.node = a.identity_id
JOIN labels y ON y.node = b.identity_id AND y.label = x.label
WHERE d.verdict = 'forbid' AND d.undone_at IS NULL AND d.realm = %s
ORDER BY 1, 2, 3
"""
_JOINS_OF = """
SELECT a.key, b.key, max(j.confidence), array_agg(a.identity_id), array_agg(b.identity_id)
FROM joins j JOIN labels l ON l.node = j.identity_id
JOIN identities a ON a.identity_id = j.identity_id
JOIN identities b ON b.identity_id = j.other_id
WHERE l.label = %s AND j.rule <> 'name' GROUP BY 1, 2
"""
_KEPT = 'CREATE TEMP TABLE kept (key text COLLATE "C", leader text COLLATE "C") ON COMMIT DROP'
_RELABEL = """
UPDATE labels l SET label = n.label
FROM (
    SELECT i.identity_id, min(i.identity_id) OVER (PARTITION BY k.leader) AS label
    FROM kept k JOIN identities i ON i.realm = %s AND i.key = k.key
) n WHERE l.node = n.identity_id
"""
_BLOCK = """
UPDATE joins SET is_blocked = true WHERE identity_id = ANY(%s) AND other_id = ANY(%s)
"""


def make_groups(connection: Connection, realm: str) -> None:
    """Groups what is joined. Leaves the temporary table `affected`: the identities of every group
    that a change reaches.
    """
    connection.execute(_AFFECTED)
    if (connection.execute(_ANY_BLOCKED).fetchone() or (False,))[0]:
        while connection.execute(_MORE).rowcount:
            pass
    connection.execute("CREATE INDEX ON affected (identity_id)")
    analyze(connection, "affected")
    for statement in (_UNBLOCK, _EDGES, _LIVING):
        connection.execute(statement)
    analyze(connection, "living")
    label(connection)
    _keep_apart(connection, realm)
    if connection.execute(_SET).rowcount:
        analyze(connection, "identities")


def _keep_apart(connection: Connection, realm: str) -> None:
    """Groups that a ban goes through are made of their surest joins."""
    bans = connection.execute(_BANS, (realm,)).fetchall()
    if not bans:
        return
    connection.execute(_KEPT)
    for of_group, some in groupby(bans, key=lambda ban: ban[0]):
        joins = connection.execute(_JOINS_OF, (of_group,)).fetchall()
        leaders, blocked = kept_apart(
            ((one, other, sure) for one, other, sure, _, _ in joins),
            ((one, other) for _, one, other in some),
        )
        copy_rows(connection, "kept", ("key", "leader"), leaders.items())
        for one, other, _, ones, others in joins:
            if (one, other) in blocked:
                connection.execute(_BLOCK, (ones, others))
    connection.execute(_RELABEL, (realm,))
