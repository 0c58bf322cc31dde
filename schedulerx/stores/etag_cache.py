"""ETags of local files, remembered by path, size and modification time, as git's index does."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from schedulerx.model.identity import raw_path
from schedulerx.pipeline.outcome import FileOutcome

_REMEMBERED = 200  # outcomes between writes
# A file changed within this time of being read could change again in the same clock tick.
_RACY_NS = 1_000_000_000


class EtagCache:
    """One SQLite file. Only the process that holds the run's lock writes it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open(path)
        except sqlite3.DatabaseError:  # damaged: what it knew is read from the files again
            path.unlink()
            self._open(path)

    def _open(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # Losing the cache costs a second read of the files, nothing else.
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS etags"
            " (path BLOB PRIMARY KEY, bytes INTEGER, modified_ns INTEGER, etag TEXT) WITHOUT ROWID"
        )

    def get(self, path: bytes, size: int, modified_ns: int) -> str | None:
        """The ETag read when the file had this size and time; None if it changed since."""
        row = self._database.execute(
            "SELECT etag FROM etags WHERE path = ? AND bytes = ? AND modified_ns = ?",
            (path, size, modified_ns),
        ).fetchone()
        return None if row is None else str(row[0])

    def put(self, rows: Iterable[tuple[bytes, int, int, str]]) -> None:
        """Remembers (path, size, time, ETag); files changed a moment ago are not trusted."""
        limit = time.time_ns() - _RACY_NS
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT OR REPLACE INTO etags VALUES (?, ?, ?, ?)",
            (row for row in rows if row[2] < limit),
        )
        self._database.execute("COMMIT")

    def close(self) -> None:
        """Closes the file."""
        self._database.close()


@contextmanager
def remembering(etags: EtagCache) -> Iterator[Callable[[FileOutcome], None]]:
    """Keeps the ETags that workers read, some at a time."""
    rows: list[tuple[bytes, int, int, str]] = []

    def flush() -> None:
        etags.put(rows)
        rows.clear()

    def remember(outcome: FileOutcome) -> None:
        member = outcome.member
        of_source = member.container is None
        if of_source and outcome.etag is not None and member.etag is None:
            path = raw_path(member.path, member.raw)
            rows.append((path, member.bytes, member.modified_ns, outcome.etag))
        if len(rows) >= _REMEMBERED:
            flush()

    try:
        yield remember
    finally:
        with suppress(sqlite3.Error):  # a cache: without it the files are read once more
            flush()
