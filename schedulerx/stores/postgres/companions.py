"""Files that are parts of one picture, as rows of `companions`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import LiteralString
from uuid import UUID

from schedulerx.model.evidence import Companion, Related, TableChanges
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import mirror, stream

_COLUMNS = ("object_id", "companion_of", "kind")
_RELATED: LiteralString = """
SELECT o.object_id, l.location, o.path, o.media_type, o.captured_at, o.duration_s,
       o.details ->> 'content_identifier' AS identifier, o.details ->> 'describes'
FROM objects o JOIN locations l USING (object_id)
WHERE (o.status = 'done' OR o.reason_code = 'damaged')
"""
_BY_FOLDER = f"""
{_RELATED}
  AND (o.media_type ~ '^(image|video)/' OR o.path ~* '[.](xmp|json|aae|thm|srt|pp3|dop)$')
ORDER BY l.location, left(o.path, -length(substring(o.path from '[^/]*$'))), o.path, o.object_id
"""
_BY_IDENTIFIER = f"""
{_RELATED} AND o.details ? 'content_identifier' AND o.media_type ~ '^(image|video)/'
ORDER BY l.location, identifier, o.path, o.object_id
"""


def related(connection: Connection, *, by_identifier: bool) -> Iterator[Related]:
    """Pictures, films and sidecars, folder by folder; or those with a content identifier, by it."""
    fields = Related.__struct_fields__[1:]
    for object_id, *rest in stream(connection, _BY_IDENTIFIER if by_identifier else _BY_FOLDER):
        yield Related(object_id=object_id.bytes, **dict(zip(fields, rest, strict=True)))


def link(connection: Connection, companions: Iterable[Companion]) -> TableChanges:
    """Makes the table hold exactly these."""
    rows = (
        (UUID(bytes=each.object_id), UUID(bytes=each.companion_of), each.kind.value)
        for each in companions
    )
    return mirror(connection, "companions", _COLUMNS, ("object_id",), rows)
