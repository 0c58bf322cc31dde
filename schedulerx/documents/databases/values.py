"""Values of columns that may hold anything: SQLite keeps a text in a column of numbers as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from schedulerx.documents.databases.sqlite import Database, Value

_LOOKED_UP = 1_000_000  # entries of a table that others refer to


class Values(NamedTuple):
    """One row by its columns' names."""

    row_id: int
    by_name: dict[str, Value]

    def text(self, name: str) -> str:
        """The value as text; empty where it is none, or bytes that are no text."""
        value = self.by_name.get(name)
        if isinstance(value, bytes):
            try:
                return value.decode("utf-8").replace("\0", "").strip()
            except UnicodeDecodeError:
                return ""
        return "" if value is None else str(value).strip()

    def number(self, name: str) -> float:
        """The value as a number; 0 where it is none."""
        value = self.by_name.get(name)
        if isinstance(value, int | float):
            return value
        try:
            return int(self.text(name) or 0)
        except ValueError:
            return 0

    def integer(self, name: str) -> int:
        """The value as a whole number; 0 where it is none."""
        value = self.number(name)
        try:
            return int(value)
        except (ValueError, OverflowError):  # infinity and NaN are floats, too
            return 0

    def raw(self, name: str) -> Value:
        """The value as stored."""
        return self.by_name.get(name)


def each(database: Database, table: str, *columns: str) -> Iterator[Values]:
    """The rows of a table; nothing where there is no such table."""
    if table not in database.columns:
        return
    for row_id, values in database.rows(table, columns):
        yield Values(row_id, dict(zip(columns, values, strict=True)))


def looked_up(database: Database, table: str, key: str, *columns: str) -> dict[int, Values]:
    """The rows of a table by the column that others refer to; up to a million."""
    rows = islice(each(database, table, key, *columns), _LOOKED_UP)
    return {row.integer(key): row for row in rows}


def gathered(
    database: Database, table: str, key: str, columns: Sequence[str]
) -> dict[int, list[Values]]:
    """The rows of a table grouped by the column that refers to their owner; up to a million."""
    groups: dict[int, list[Values]] = {}
    for row in islice(each(database, table, key, *columns), _LOOKED_UP):
        groups.setdefault(row.integer(key), []).append(row)
    return groups
