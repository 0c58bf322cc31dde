"""Which items of a library are copies of which: worked out whole, written where it changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from schedulerx.model.evidence import NearDuplicate
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import stream

_SOUND = """
SELECT item_id, sha256, item->>'copy_of', (item->>'likeness')::float FROM library_items
WHERE library = %s AND NOT item ? 'reason_code' ORDER BY position
"""
_MARK = """
UPDATE library_items SET settled = NULL, updated_at = now(),
    item = item - 'copy_of' - 'likeness' || jsonb_strip_nulls(
        jsonb_build_object('copy_of', %(original)s::text, 'likeness', %(likeness)s::float))
WHERE library = %(library)s AND item_id = %(item_id)s
"""
Link = tuple[UUID, float | None]


def link_copies(connection: Connection, library: UUID, near: Iterable[NearDuplicate]) -> int:
    """Equal bytes are copies of the first that came, and all of them of what it looks like."""
    likes: dict[UUID, Link] = {
        UUID(bytes=link.object_id): (UUID(bytes=link.original_id), link.score) for link in near
    }
    changed = list(_changed(connection, library, likes))
    with connection.cursor() as cursor:
        cursor.executemany(_MARK, changed)
    return len(changed)


def _changed(
    connection: Connection, library: UUID, likes: dict[UUID, Link]
) -> Iterator[dict[str, Any]]:
    firsts: dict[str, UUID] = {}
    for item_id, sha256, copy_of, likeness in stream(connection, _SOUND, (library,)):
        first = firsts.setdefault(sha256, item_id)
        original, score = likes.get(first, (None if first == item_id else first, None))
        known = UUID(copy_of) if copy_of else None
        if (known, likeness) != (original, score):
            yield {
                "library": library,
                "item_id": item_id,
                "original": original.hex if original else None,
                "likeness": score,
            }
