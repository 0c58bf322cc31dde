"""Connected components in the database: in each round every set joins its smallest neighbour."""

from __future__ import annotations

from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze

_NODES = """
CREATE TEMP TABLE labels ON COMMIT DROP AS
SELECT node, node AS label FROM (SELECT a AS node FROM edges UNION SELECT b FROM edges) n
"""
_MOVES = """
CREATE TEMP TABLE moves ON COMMIT DROP AS
SELECT greatest(x.label, y.label) AS label, (array_agg(least(x.label, y.label)
    ORDER BY least(x.label, y.label)))[1] AS goal
FROM edges e JOIN labels x ON x.node = e.a JOIN labels y ON y.node = e.b
WHERE x.label <> y.label GROUP BY 1
"""
_SHORTEN = """
UPDATE moves m SET goal = n.goal FROM moves n WHERE n.label = m.goal
"""
_APPLY = "UPDATE labels l SET label = m.goal FROM moves m WHERE l.label = m.label"


def label(connection: Connection) -> None:
    """From the temporary table `edges` (a, b) makes `labels` (node, label): the label of a
    component is its smallest node. The rounds grow with the logarithm of the longest chain.
    """
    connection.execute(_NODES)
    connection.execute("ALTER TABLE labels ADD PRIMARY KEY (node)")
    analyze(connection, "labels")
    analyze(connection, "edges")
    while True:
        moved = connection.execute(_MOVES).rowcount
        while moved and connection.execute(_SHORTEN).rowcount:
            pass
        connection.execute(_APPLY)
        connection.execute("DROP TABLE moves")
        if not moved:
            break
