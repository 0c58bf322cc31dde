"""Groups as persons and devices with ids that stay: of two that become one the older keeps its id
and the other leads to it; what parts again gets its id back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze, copy_rows

_CHUNK = 20_000

_GROUPS = (
    """
    CREATE TEMP TABLE members ON COMMIT DROP AS
    SELECT DISTINCT i.identity_id, i.key, i.is_weak, i.cluster, i.entity_id
    FROM affected JOIN identities i USING (identity_id)
    """,
    """
    CREATE TEMP TABLE groups ON COMMIT DROP AS
    SELECT cluster, (array_agg(key ORDER BY is_weak, key))[1] AS anchor, NULL::text AS entity_id
    FROM members WHERE cluster IS NOT NULL GROUP BY cluster
    """,
    "CREATE UNIQUE INDEX ON groups (cluster)",
    "ANALYZE members",
    "ANALYZE groups",
    # An id goes where the identity is that it was made of, else to the first of those it was of.
    """
    CREATE TEMP TABLE goals ON COMMIT DROP AS
    SELECT DISTINCT ON (m.entity_id) m.entity_id, m.cluster, e.born
    FROM members m JOIN groups g USING (cluster) JOIN entities e ON e.entity_id = m.entity_id
    ORDER BY m.entity_id, (m.key = e.anchor) DESC, g.anchor
    """,
    """
    UPDATE groups g SET entity_id = k.entity_id
    FROM (SELECT DISTINCT ON (cluster) cluster, entity_id FROM goals
          ORDER BY cluster, born, entity_id) k
    WHERE k.cluster = g.cluster
    """,
)
_NAMELESS = """
SELECT cluster, anchor FROM groups WHERE entity_id IS NULL AND cluster > %s
ORDER BY cluster LIMIT %s
"""
_TAKEN = """
SELECT entity_id FROM entities WHERE entity_id = ANY(%s) AND is_live
"""
_GIVE = "UPDATE groups g SET entity_id = n.entity_id FROM given n WHERE n.cluster = g.cluster"
_REGISTER = (
    """
    INSERT INTO entities AS t (entity_id, realm, anchor, born, is_live)
    SELECT g.entity_id, %(realm)s, g.anchor, b.born, true
    FROM groups g JOIN given USING (cluster)
    CROSS JOIN (SELECT nextval('births') AS born) b
    ON CONFLICT (entity_id) DO UPDATE SET is_live = true, merged_into = NULL
    """,
    """
    CREATE TEMP TABLE departed ON COMMIT DROP AS
    SELECT DISTINCT m.entity_id FROM members m WHERE m.entity_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM groups g WHERE g.entity_id = m.entity_id)
      AND NOT EXISTS (SELECT FROM identities i WHERE i.entity_id = m.entity_id AND NOT EXISTS (
          SELECT FROM members x WHERE x.identity_id = i.identity_id))
    """,
    """
    UPDATE entities e SET is_live = false, merged_into = w.goal
    FROM (SELECT d.entity_id, g.entity_id AS goal
          FROM departed d LEFT JOIN goals USING (entity_id) LEFT JOIN groups g USING (cluster)) w
    WHERE e.entity_id = w.entity_id
    """,
    """
    UPDATE identities i SET entity_id = n.entity_id
    FROM (SELECT m.identity_id, g.entity_id FROM members m LEFT JOIN groups g USING (cluster)) n
    WHERE i.identity_id = n.identity_id AND i.entity_id IS DISTINCT FROM n.entity_id
    """,
    """
    INSERT INTO stale_entities
    SELECT entity_id FROM members WHERE entity_id IS NOT NULL UNION SELECT entity_id FROM groups
    """,
)


def name_groups(connection: Connection, realm: str) -> None:
    """Gives every affected group its id. Leaves the temporary tables `groups` (cluster,
    entity_id) and `departed` (ids that are nobody's any more).
    """
    for statement in _GROUPS:
        connection.execute(statement)
    connection.execute("CREATE TEMP TABLE given (cluster bigint, entity_id text) ON COMMIT DROP")
    last = -1
    while rows := connection.execute(_NAMELESS, (last, _CHUNK)).fetchall():
        copy_rows(connection, "given", ("cluster", "entity_id"), _ids(connection, realm, rows))
        last = rows[-1][0]
    analyze(connection, "given")
    connection.execute(_GIVE)
    for statement in _REGISTER:
        connection.execute(statement, {"realm": realm})


def _ids(connection: Connection, realm: str, rows: list[tuple[Any, ...]]) -> list[tuple[int, str]]:
    """Ids of the anchors; where one is somebody else's by now, the next that is nobody's."""
    namespace = uuid5(NAMESPACE_URL, f"schedulerx:{realm}")
    ids = {cluster: str(uuid5(namespace, anchor)) for cluster, anchor in rows}
    taken = connection.execute(_TAKEN, (list(ids.values()),)).fetchall()
    if taken:
        others = {row[0] for row in taken}
        anchors = dict(rows)
        for cluster, entity_id in ids.items():
            if entity_id in others:
                ids[cluster] = _next_free(connection, namespace, anchors[cluster])
    return list(ids.items())


def _next_free(connection: Connection, namespace: UUID, anchor: str) -> str:
    for candidate in _candidates(namespace, anchor):
        if not connection.execute(_TAKEN, ([candidate],)).fetchall():
            return candidate
    raise AssertionError  # the candidates never end


def _candidates(namespace: UUID, anchor: str) -> Iterator[str]:
    number = 2
    while True:
        yield str(uuid5(namespace, f"{anchor} {number}"))
        number += 1
