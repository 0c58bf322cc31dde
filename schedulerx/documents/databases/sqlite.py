"""SQLite files, read as hostile: immutable, no views, triggers or extensions, within budgets.

Only plain tables are read, by statements of our own; an authorizer refuses all else. The budget
counts steps of SQLite's machine, not seconds: it ends at the same row on every machine.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from schedulerx.documents.damage import DamagedDocument

# UnicodeDecodeError: SQLite quotes broken names in its messages.
_ERRORS = (sqlite3.Error, UnicodeDecodeError, OverflowError)
_MAX_TABLES = 2000
_MAX_COLUMNS = 500
_MAX_VALUE_BYTES = 64 * 1024 * 1024
_STEPS_PER_CALL = 100_000
_MAX_CALLS = 40_000  # four thousand million steps: about two minutes
MAX_ROWS = 5_000_000  # of one table
_MAX_COPIED_BYTES = 4 * 1024**3
_LOGS = ("-wal", "-journal")
# Of a write-ahead log and of a journal in use (SQLite's file format, 4.1 and 3).
_LOG_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", b"\xd9\xd5\x05\xf9")
_HARMLESS = frozenset({"substr", "typeof"})
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})

Value = int | float | str | bytes | None
DatabaseRow = tuple[int, tuple[Value, ...]]


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Database:
    """An open database. `columns` has the stored columns of every plain table."""

    connection: sqlite3.Connection
    columns: dict[str, tuple[str, ...]]
    without_row_ids: frozenset[str]
    warnings: tuple[str, ...] = ()

    def has(self, table: str, *columns: str) -> bool:
        """Whether a plain table has all these columns."""
        return set(columns) <= set(self.columns.get(table, ()))

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[DatabaseRow]:
        """Row ids and values, in the order of row ids; columns that are not there are None.

        Raises:
            DamagedDocument: the table cannot be read (further), or the budget is spent.
        """
        there = [name if name in self.columns[table] else None for name in columns]
        asked = ["NULL" if name is None else quoted(name) for name in there]
        return self._selected(table, asked)

    def texts(self, table: str, characters: int) -> Iterator[DatabaseRow]:
        """All columns, text cut to `characters`, blobs left out.

        Raises:
            DamagedDocument: the table cannot be read (further), or the budget is spent.
        """
        names = [quoted(name) for name in self.columns[table]]
        asked = [
            f"CASE typeof({name}) WHEN 'blob' THEN NULL WHEN 'text' "
            f"THEN substr({name}, 1, {characters:d}) ELSE {name} END"
            for name in names
        ]
        return self._selected(table, asked)

    def _selected(self, table: str, asked: Sequence[str]) -> Iterator[DatabaseRow]:
        row_id = "NULL" if table in self.without_row_ids else "rowid"
        # Names come quoted from the schema, and the rest is ours: nothing of the file is executed.
        query = f"SELECT {row_id}, {', '.join(asked)} FROM {quoted(table)} LIMIT {MAX_ROWS:d}"  # noqa: S608
        try:
            with closing(self.connection.execute(query)) as cursor:
                for place, (number, *values) in enumerate(cursor, 1):
                    yield number if isinstance(number, int) else place, tuple(values)
        except _ERRORS as error:
            raise DamagedDocument(f"Table {table} cannot be read further: {error}") from error


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """The database as its logs beside it complete it: with what the write-ahead log adds, without
    what a journal says was not finished.

    Raises:
        DamagedDocument: it does not open.
    """
    with complete(path) as (uri, warnings):
        try:
            connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        except _ERRORS as error:
            raise DamagedDocument(f"The database does not open: {error}") from error
        with closing(connection):
            yield _guarded(connection, warnings)


@contextmanager
def complete(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The URI to open: immutable; where a log lies beside, copies of both, which it may change."""
    logs = [log for log in (path.with_name(f"{path.name}{each}") for each in _LOGS) if _is_log(log)]
    if not logs:
        yield f"file:{quote(str(path))}?mode=ro&immutable=1", ()
    elif sum(file.stat().st_size for file in (path, *logs)) > _MAX_COPIED_BYTES:
        left_out = "The database's log is left out: both are too large to be copied."
        yield f"file:{quote(str(path))}?mode=ro&immutable=1", (left_out,)
    else:
        with tempfile.TemporaryDirectory(prefix="schedulerx-database-") as folder:
            copy = Path(folder) / "database"
            shutil.copyfile(path, copy)
            for log in logs:
                shutil.copyfile(log, copy.with_name(log.name.replace(path.name, copy.name, 1)))
            yield f"file:{quote(str(copy))}?mode=rw", ()


def _is_log(log: Path) -> bool:
    try:
        with log.open("rb") as file:
            return not log.is_symlink() and file.read(4) in _LOG_MAGIC
    except OSError:  # there is none, or it is no file
        return False


def _guarded(connection: sqlite3.Connection, warnings: tuple[str, ...]) -> Database:
    budget = iter(range(_MAX_CALLS))
    connection.set_progress_handler(lambda: next(budget, None) is None, _STEPS_PER_CALL)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.text_factory = _text
    try:
        for setting in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
            connection.execute(f"PRAGMA {setting}")
        columns, without = _schema(connection)
    except _ERRORS as error:
        raise DamagedDocument(f"The database does not open: {error}") from error
    connection.set_authorizer(_authorize)
    return Database(connection, columns, without, warnings)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("\0", "")


def _authorize(action: int, first: str | None, second: str | None, *_: Any) -> int:
    del first
    if action in _ALLOWED or (action == sqlite3.SQLITE_FUNCTION and second in _HARMLESS):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _schema(connection: sqlite3.Connection) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """Plain tables with their stored columns; virtual ones, whose modules would run, left out."""
    columns: dict[str, tuple[str, ...]] = {}
    without = set()
    asked = f"SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name LIMIT {_MAX_TABLES:d}"  # noqa: S608, E501  (a number of ours)
    for name, sql in connection.execute(asked).fetchall():
        made = str(sql or "").upper()
        if not isinstance(name, str) or "VIRTUAL" in made[:24] or name.startswith("sqlite_"):
            continue
        columns[name] = _columns(connection, name)
        if not columns[name]:
            del columns[name]
        if made.rstrip().rstrip(";").endswith(("ROWID", "STRICT")) and "WITHOUT" in made:
            without.add(name)
    return columns, frozenset(without)


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """The stored columns: computed ones would run what the file says."""
    try:
        found = connection.execute(f"PRAGMA table_xinfo({quoted(table)})").fetchmany(_MAX_COLUMNS)
    except sqlite3.Error:  # a table whose definition is broken has no columns to read
        return ()
    return tuple(column[1] for column in found if column[6] == 0)
