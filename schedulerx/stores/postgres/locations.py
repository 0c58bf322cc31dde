"""Which object lies at which path of which source, and what no longer lies anywhere."""

from __future__ import annotations

from collections.abc import Callable

from schedulerx.stores.postgres.connect import Connection

# A name that is not UTF-8 is told from the one that looks like its escaped form.
_PATH = "coalesce('base64:' || s.raw_path, s.path)"

# Members of one upload may share a path (two members of an archive with one name): none of them
# is an older version of another.
_OLDER = f"""
SELECT l.object_id FROM locations l
JOIN staged_objects s ON place_key(l.location, l.path) = place_key(%(location)s, {_PATH})
WHERE l.object_id <> s.object_id
  AND NOT EXISTS (SELECT FROM staged_objects n WHERE n.object_id = l.object_id)
"""  # noqa: S608  (a constant)

_MOVE = f"""
INSERT INTO locations AS l (location, path, object_id, container_id)
SELECT DISTINCT ON ({_PATH}) %(location)s, {_PATH}, s.object_id, s.container_id
FROM staged_objects s ORDER BY {_PATH}, s.object_id
ON CONFLICT (place_key(location, path)) DO UPDATE
SET object_id = excluded.object_id, container_id = excluded.container_id
WHERE (l.object_id, l.container_id) IS DISTINCT FROM (excluded.object_id, excluded.container_id)
"""  # noqa: S608  (a constant)

# What lay in a file that was replaced, and lies in none that came now, is gone with it.
_GONE_WITHIN = """
DELETE FROM locations
WHERE location = %(location)s AND container_id = ANY(%(older)s) RETURNING object_id
"""

# In the order of their ids, as `upload` and `link_duplicates` lock them.
_NOWHERE = """
SELECT replace(o.object_id::text, '-', '') FROM objects o
WHERE o.object_id = ANY(%(older)s)
  AND NOT EXISTS (SELECT FROM locations l WHERE l.object_id = o.object_id)
ORDER BY o.object_id FOR UPDATE
"""


def move(connection: Connection, location: str, superseded: Callable[[str], None]) -> int:
    """Notes where the staged objects lie. What they replaced, if it lies nowhere else, is removed;
    its ids (32 hex digits) are told before.
    """
    older = [row[0] for row in connection.execute(_OLDER, {"location": location})]
    connection.execute(_MOVE, {"location": location})
    replaced = {"location": location, "older": older}
    older += [row[0] for row in connection.execute(_GONE_WITHIN, replaced)]
    gone = [str(row[0]) for row in connection.execute(_NOWHERE, {"older": older})]
    for object_id in gone:
        superseded(object_id)
    connection.execute("DELETE FROM objects WHERE object_id = ANY(%s::uuid[])", (gone,))
    return len(gone)
