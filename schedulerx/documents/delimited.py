"""Delimited text (CSV, TSV …) as tables: charset, delimiter and header found, rows streamed."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from schedulerx.documents import charset
from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.headers import split_header
from schedulerx.model.content import Row, Table

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
# One cell may hold a whole message with its history; a quote never closed must still end.
csv.field_size_limit(charset.LINE_CHARACTERS)


def find_delimiter(sample: str) -> str:
    """The delimiter that gives the most rows of one and the same width over one."""
    return max(DELIMITERS, key=lambda delimiter: _agreement(sample, delimiter))


def _agreement(sample: str, delimiter: str) -> tuple[int, int]:
    """Rows that share the commonest width, and that width."""
    widths: Counter[int] = Counter()
    try:
        rows = csv.reader(io.StringIO(sample), delimiter=delimiter, skipinitialspace=True)
        widths.update(len(row) for row in islice(rows, _SAMPLE_ROWS) if len(row) > 1)
    except csv.Error:
        return (0, 0)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def rows_of(path: Path) -> Iterator[Row]:
    """All rows with their numbers, empty ones passed over.

    Raises:
        DamagedDocument: a field without end.
    """
    delimiter = find_delimiter(next(charset.chunks(path, charset.SAMPLE_BYTES), ""))
    lines = charset.lines(path, newline="")
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    try:
        for number, cells in enumerate(reader, 1):
            if any(cells):
                yield number, tuple(cells)
    except csv.Error as error:
        raise DamagedDocument(f"The table ends within a field: {error}") from error


def table_of(path: Path) -> Table | None:
    """The file as a table; its header is empty where it begins with values; None for no table."""
    return split_header(lambda: rows_of(path))
