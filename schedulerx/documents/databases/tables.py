"""Databases of any schema: their tables as text, and as tables whose rows may be evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.databases.sqlite import Database, Value
from schedulerx.formats.epochs import apple_time
from schedulerx.model.content import Row, Table

_CELL_CHARACTERS = 64 * 1024
# What full-text search and Core Data keep for themselves.
_INTERNAL = re.compile(
    r"(?:.*_(?:content|segments|segdir|docsize|stat|data|idx|config)|Z_.*|android_metadata)"
)
_CORE_DATA = frozenset({"Z_PK", "Z_ENT", "Z_OPT"})
_CORE_DATA_TIME = re.compile(r"Z\w*(?:DATE|TIME|TIMESTAMP)\w*")
_MIN_SECONDS = 100_000_000  # of 2001, in 2004: less is a count or a duration


def lines(database: Database, warnings: list[str]) -> Iterator[str]:
    """A line a row, cells parted by tabs, behind its table's name and columns. A table that
    cannot be read (further) leaves a warning.
    """
    for name in _readable(database):
        title = f"[{name}]\nrow id\t" + "\t".join(database.columns[name]) + "\n"
        try:
            for row_id, values in database.texts(name, _CELL_CHARACTERS):
                cells = "\t".join(_cell(value) for value in values).rstrip("\t")
                yield f"{title}{row_id}\t{cells}\n"
                title = ""
        except DamagedDocument as error:
            warnings.append(str(error))


def tables_of(database: Database) -> Iterator[Table]:
    """Every table, its rows numbered by their row ids."""
    for name in _readable(database):
        yield Table(header=database.columns[name], rows=_Rows(database, name), table=name)


def _readable(database: Database) -> Iterator[str]:
    """Tables of the program; "messages_content" is a search index's only beside "messages"."""
    for name in database.columns:
        owner = name.rpartition("_")[0]
        shadow = _INTERNAL.fullmatch(name) and (
            name.startswith(("Z_", "android_metadata"))
            or f"{owner}_segdir" in database.columns
            or f"{owner}_config" in database.columns
        )
        if not shadow:
            yield name


class _Rows:
    """A pass over the rows each time it is called."""

    def __init__(self, database: Database, table: str) -> None:
        self._database = database
        self._table = table

    def __call__(self) -> Iterator[Row]:
        names = self._database.columns[self._table]
        timed = {
            place
            for place, name in enumerate(names)
            if set(names) >= _CORE_DATA and _CORE_DATA_TIME.fullmatch(name)
        }
        for row_id, values in self._database.texts(self._table, _CELL_CHARACTERS):
            yield (
                row_id,
                tuple(
                    _time(value) if place in timed else _cell(value)
                    for place, value in enumerate(values)
                ),
            )


def _time(value: Value) -> str:
    """Core Data counts time from 2001."""
    if isinstance(value, int | float) and value > _MIN_SECONDS:
        return apple_time(value) or ""
    return _cell(value)


def _cell(value: Value) -> str:
    if value is None or isinstance(value, bytes):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value).replace("\r\n", " ").replace("\n", " ")
