"""Which objects' events changed since somebody looked."""

from __future__ import annotations

from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze, analyze_grown

_TAKE = """
WITH taken AS (DELETE FROM changed_objects WHERE topic = %s RETURNING object_id)
INSERT INTO changed SELECT DISTINCT object_id FROM taken
"""


def take_changes(connection: Connection, topic: str) -> int:
    """Moves what changed into the temporary table `changed` (object_id), and counts it. Changes
    that are not committed yet are told the next time; one at a time takes them.
    """
    connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"changes of {topic}",))
    connection.execute("CREATE TEMP TABLE changed (object_id uuid PRIMARY KEY) ON COMMIT DROP")
    count = connection.execute(_TAKE, (topic,)).rowcount
    analyze(connection, "changed")
    analyze_grown(connection, ("events", "objects"))
    return count
