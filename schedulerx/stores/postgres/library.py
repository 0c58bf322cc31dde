"""The ledger of a photo library on PostgreSQL: a row an item."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from schedulerx.model.evidence import NearDuplicate, Picture
from schedulerx.model.identity import raw_path
from schedulerx.model.library import Asset, Item, LibraryCounts
from schedulerx.model.record import Look
from schedulerx.stores.postgres.connect import Connection, Database
from schedulerx.stores.postgres.embedded import start_embedded
from schedulerx.stores.postgres.library_copies import link_copies
from schedulerx.stores.postgres.profiles import Profile, choose
from schedulerx.stores.postgres.revision import ensure_schema
from schedulerx.stores.postgres.staging import stream
from schedulerx.stores.postgres.values import json_text

_SAVE = """
INSERT INTO library_items AS t (library, item_id, place, version, name_key, settled, item)
VALUES (%(library)s, %(item_id)s, %(place)s, %(version)s, %(name_key)s, %(settled)s, %(item)s)
ON CONFLICT (library, item_id) DO UPDATE SET
    version = excluded.version, name_key = excluded.name_key, settled = excluded.settled,
    item = excluded.item, updated_at = now()
"""
_LOOK = """
UPDATE library_items SET look = %(look)s, look_hashes = %(hashes)s, look_parts = %(parts)s
WHERE library = %(library)s AND item_id = %(item_id)s
"""
_ITEMS = "SELECT item::text FROM library_items WHERE library = %s AND {} ORDER BY position"
_PICTURES = """
SELECT item_id, look_hashes, look_parts, CASE WHEN item->>'media_type' LIKE 'video/%%'
       THEN coalesce((item #>> '{description,duration_s}')::float, 0) END
FROM (SELECT *, row_number() OVER (PARTITION BY sha256 ORDER BY position) AS nth
      FROM library_items WHERE library = %s AND NOT item ? 'reason_code') i
WHERE nth = 1 AND look_parts <> '{}'
ORDER BY (item #>> '{description,width}')::bigint * (item #>> '{description,height}')::bigint
         DESC NULLS LAST, (item #>> '{original,bytes}')::bigint DESC, position
"""
_COUNTS = """
SELECT count(*), sum(bytes),
    count(*) FILTER (WHERE type LIKE 'image/%%'), count(*) FILTER (WHERE type LIKE 'video/%%'),
    count(*) FILTER (WHERE type NOT LIKE 'image/%%' AND type NOT LIKE 'video/%%'),
    count(*) FILTER (WHERE item ? 'copy_of'), count(*) FILTER (WHERE item ? 'reason_code'),
    count(*) FILTER (WHERE jsonb_path_exists(item, '$.phases.* ? (@.status == "failed")')),
    count(*) FILTER (WHERE item ? 'uploads'),
    sum(bytes) FILTER (WHERE item ? 'ready'), sum((item #>> '{ready,bytes}')::bigint)
FROM (SELECT item, coalesce(item->>'media_type', '') AS type,
             (item #>> '{original,bytes}')::bigint AS bytes
      FROM library_items WHERE library = %s) i
"""


class PostgresLedger:
    """Implements `schedulerx.library.ports.Ledger` for one library."""

    def __init__(self, database: Database, library_id: UUID) -> None:
        self._database = database
        self._library = library_id

    def known(self, source: str, assets: Sequence[Asset]) -> set[tuple[str, str]]:
        """See `Ledger`."""
        places = {_place(source, asset.path, asset.raw): asset for asset in assets}
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT place, version FROM library_items WHERE library = %s AND place = ANY(%s)",
                (self._library, list(places)),
            ).fetchall()
        return {(places[place].path, str(version)) for place, version in rows}

    def save(self, items: Iterable[Item], looks: Mapping[str, Look | None] | None = None) -> None:
        """See `Ledger`."""
        with self._database.transaction() as connection:
            self._write(connection, items, None)
            with connection.cursor() as cursor:
                cursor.executemany(_LOOK, [self._look(*pair) for pair in (looks or {}).items()])

    def settle(self, items: Iterable[Item], configuration: str) -> None:
        """See `Ledger`."""
        with self._database.transaction() as connection:
            self._write(connection, items, configuration)

    def _write(
        self, connection: Connection, items: Iterable[Item], configuration: str | None
    ) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(_SAVE, [self._row(item, configuration) for item in items])

    def _row(self, item: Item, configuration: str | None) -> dict[str, Any]:
        return {
            "library": self._library,
            "item_id": UUID(item.item_id),
            "place": _place(item.source, item.path, item.raw),
            "version": item.version,
            "name_key": name_key(item.ready.path) if item.ready else None,
            "settled": configuration,
            "item": json_text(item),
        }

    def _look(self, item_id: str, look: Look | None) -> dict[str, Any]:
        return {
            "library": self._library,
            "item_id": UUID(item_id),
            "look": look.grey if look else None,
            "hashes": list(look.hashes) if look else None,
            "parts": list(look.parts) if look else None,
        }

    def unsettled(self, configuration: str) -> Iterator[Item]:
        """See `Ledger`."""
        yield from self._items("settled IS DISTINCT FROM %s", configuration)

    def items(self) -> Iterator[Item]:
        """See `Ledger`."""
        yield from self._items("%s", True)  # noqa: FBT003  (a condition that holds)

    def item(self, item_id: str) -> Item | None:
        """See `Ledger`."""
        return next(self._items("item_id = %s", UUID(item_id)), None)

    def stored_as(self, original: str) -> Item | None:
        """See `Ledger`."""
        asked = (original, original)
        return next(self._items("md5(original) = md5(%s) AND original = %s", *asked), None)

    def named(self, name: str) -> list[Item]:
        """See `Ledger`."""
        return list(self._items("name_key = %s", name_key(name)))

    def _items(self, condition: str, *values: Any) -> Iterator[Item]:
        query = _ITEMS.format(condition)
        with self._database.transaction() as connection:
            rows = stream(connection, query, (self._library, *values))
            for (text,) in rows:
                yield msgspec.json.decode(text, type=Item)

    def pictures(self) -> Iterator[Picture]:
        """See `Ledger`."""
        with self._database.transaction() as connection:
            for item_id, hashes, parts, duration_s in stream(
                connection, _PICTURES, (self._library,)
            ):
                yield Picture(
                    object_id=item_id.bytes,
                    hashes=tuple(hashes),
                    parts=tuple(parts),
                    duration_s=duration_s,
                )

    def greys(self, object_ids: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """See `Ledger`."""
        asked = [UUID(bytes=object_id) for object_id in object_ids]
        query = (
            "SELECT item_id, look FROM library_items"
            " WHERE library = %s AND item_id = ANY(%s) AND look IS NOT NULL"
        )
        with self._database.transaction() as connection:
            for item_id, look in stream(connection, query, (self._library, asked)):
                yield item_id.bytes, bytes(look)

    def link_copies(self, near: Iterable[NearDuplicate]) -> int:
        """See `Ledger`."""
        with self._database.transaction() as connection:
            return link_copies(connection, self._library, near)

    def counts(self) -> LibraryCounts:
        """See `Ledger`."""
        with self._database.transaction() as connection:
            row = connection.execute(_COUNTS, (self._library,)).fetchone() or ()
        names = (
            *("items", "bytes", "photos", "videos", "others", "copies", "quarantined", "failed"),
            *("uploaded", "original_bytes", "ready_bytes"),
        )
        return LibraryCounts(**{name: int(n or 0) for name, n in zip(names, row, strict=True)})


def name_key(path: str) -> str:
    """The last part of a path, as file systems compare it that do not tell case."""
    return path.rpartition("/")[2].casefold()


def _place(source: str, path: str, raw: str | None) -> UUID:
    digest = hashlib.blake2b(source.encode("utf-8", "replace"), digest_size=16)
    digest.update(b"\0" + raw_path(path, raw))
    return UUID(bytes=digest.digest())


@contextmanager
def open_ledger(
    env: Mapping[str, str], embedded_folder: Path, library_id: UUID
) -> Iterator[PostgresLedger]:
    """The ledger in the profile that `DB_PROFILE` names, else in the embedded one in the folder.

    Raises:
        ConfigurationError: the profile, the folder or the schema is not usable; says what to do.
        RetryableError: the server is busy.
    """
    profile = choose(env)
    if profile is not None:
        with _ledger(profile, library_id, may_upgrade=False) as ledger:
            yield ledger
        return
    server = start_embedded(embedded_folder)
    try:
        with _ledger(server.profile, library_id, may_upgrade=True) as ledger:
            yield ledger
    finally:
        server.stop()


@contextmanager
def _ledger(profile: Profile, library_id: UUID, *, may_upgrade: bool) -> Iterator[PostgresLedger]:
    ensure_schema(profile, may_upgrade=may_upgrade)
    database = Database(profile)
    database.open()
    try:
        yield PostgresLedger(database, library_id)
    finally:
        database.close()
