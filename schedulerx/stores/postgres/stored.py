"""How much of what was processed is really in the database."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from schedulerx.model.evidence import StoredCounts
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze, copy_rows

_COUNT = """
SELECT (SELECT count(*) FROM objects JOIN asked USING (object_id)),
       (SELECT count(*) FROM events JOIN (SELECT DISTINCT object_id FROM asked) a USING (object_id))
"""


_COUNT_WITHIN = """
SELECT count(*) FROM (
    SELECT DISTINCT l.container_id, l.path
    FROM locations l JOIN asked a ON l.container_id = a.object_id
) held
"""


def stored(connection: Connection, object_ids: Iterable[bytes]) -> StoredCounts:
    """How many of these objects (16 bytes each) are stored, and how many events they have."""
    _ask(connection, object_ids)
    objects, events = connection.execute(_COUNT).fetchone() or (0, 0)
    return StoredCounts(objects=objects, events=events)


def stored_within(connection: Connection, container_ids: Iterable[bytes]) -> int:
    """How many objects lie in these files (16 bytes each), wherever the files themselves do."""
    _ask(connection, container_ids)
    (count,) = connection.execute(_COUNT_WITHIN).fetchone() or (0,)
    return int(count)


def _ask(connection: Connection, object_ids: Iterable[bytes]) -> None:
    connection.execute("CREATE TEMP TABLE asked (object_id uuid) ON COMMIT DROP")
    rows = ((UUID(bytes=object_id),) for object_id in object_ids)
    copy_rows(connection, "asked", ("object_id",), rows)
    analyze(connection, "asked")
