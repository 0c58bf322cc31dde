"""What pictures look like as columns of `objects`, and which of them are nearly the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from schedulerx.model.evidence import DuplicateFile, NearDuplicate, Picture, TableChanges
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze, copy_rows, stream

_PICTURES = """
SELECT object_id, look_hashes, look_parts,
       CASE WHEN media_type LIKE 'video/%' THEN coalesce(duration_s, 0) END
FROM objects
WHERE look_parts <> '{}' AND duplicate_of IS NULL
  AND (status = 'done' OR (status = 'quarantined' AND reason_code = 'damaged'))
  AND NOT EXISTS (SELECT FROM companions c
                  WHERE c.object_id = objects.object_id AND c.kind <> 'live_photo')
ORDER BY status, width * height DESC NULLS LAST, bytes DESC, captured_at, path,
         object_id
"""


def pictures(connection: Connection) -> Iterator[Picture]:
    """Every picture that is no exact copy and no part of another, best first."""
    for object_id, hashes, parts, duration_s in stream(connection, _PICTURES):
        yield Picture(
            object_id=object_id.bytes,
            hashes=tuple(hashes),
            parts=tuple(parts),
            duration_s=duration_s,
        )


def greys(connection: Connection, object_ids: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The grey copies of these objects, each with its id."""
    asked = [UUID(bytes=object_id) for object_id in object_ids]
    query = "SELECT object_id, look FROM objects WHERE object_id = ANY(%s) AND look IS NOT NULL"
    for object_id, look in stream(connection, query, (asked,)):
        yield object_id.bytes, bytes(look)


# Only rows whose answer changed are written, in the order of their ids, as `upload` locks them.
# An original may be gone by now: whoever removed it runs this step after.
_LINK = """
WITH todo AS (
    SELECT o.object_id, o.near_duplicate_of AS old, n.original_id AS new, n.score
    FROM objects o
    LEFT JOIN (SELECT near.* FROM near JOIN objects original
               ON original.object_id = near.original_id) n USING (object_id)
    WHERE (o.near_duplicate_of, o.near_score) IS DISTINCT FROM (n.original_id, n.score)
    ORDER BY o.object_id FOR UPDATE OF o
), done AS (
    UPDATE objects o SET near_duplicate_of = t.new, near_score = t.score
    FROM todo t WHERE o.object_id = t.object_id
)
SELECT count(*) FILTER (WHERE old IS NULL AND new IS NOT NULL),
       count(*) FILTER (WHERE old IS NOT NULL AND new IS NOT NULL),
       count(*) FILTER (WHERE old IS NOT NULL AND new IS NULL)
FROM todo
"""


def link_near_duplicates(connection: Connection, links: Iterable[NearDuplicate]) -> TableChanges:
    """Makes `near_duplicate_of` say exactly this."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('link_duplicates'))")
    columns = ("object_id", "original_id", "score")
    connection.execute(
        "CREATE TEMP TABLE near (object_id uuid, original_id uuid, score double precision)"
        " ON COMMIT DROP"
    )
    rows = (
        (UUID(bytes=link.object_id), UUID(bytes=link.original_id), link.score) for link in links
    )
    copy_rows(connection, "near", columns, rows)
    analyze(connection, "near")
    added, changed, removed = connection.execute(_LINK).fetchone() or (0, 0, 0)
    total = connection.execute(
        "SELECT count(*) FROM objects WHERE near_duplicate_of IS NOT NULL"
    ).fetchone() or (0,)
    return TableChanges(added=added, changed=changed, removed=removed, total=total[0])


_DUPLICATES = """
WITH links AS (
    SELECT c.object_id,
           coalesce(CASE WHEN %(near)s THEN same.near_duplicate_of END,
                    c.duplicate_of, c.near_duplicate_of) AS original_id,
           coalesce(CASE WHEN %(near)s THEN same.near_score END, c.near_score) AS score
    FROM objects c LEFT JOIN objects same ON same.object_id = c.duplicate_of
    WHERE c.container_id IS NULL
      AND (c.duplicate_of IS NOT NULL OR (%(near)s AND c.near_duplicate_of IS NOT NULL))
)
SELECT c.path, c.raw_path, c.bytes, c.sha256, o.path, o.raw_path, o.sha256,
       coalesce(l.score, 1.0), l.score IS NOT NULL
FROM links l
JOIN objects c USING (object_id)
JOIN objects o ON o.object_id = l.original_id AND o.container_id IS NULL
ORDER BY o.path, o.object_id, c.path, c.object_id
"""


def duplicates(connection: Connection, *, near: bool) -> Iterator[DuplicateFile]:
    """Every copy with its original, by original and path; not what lies in archives, where nothing
    can be moved away.
    """
    for row in stream(connection, _DUPLICATES, {"near": near}):
        yield DuplicateFile(**dict(zip(DuplicateFile.__struct_fields__, row, strict=True)))
