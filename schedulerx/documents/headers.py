"""Where a table's header is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from schedulerx.model.content import Row, Table

_LOOKED_AT = 20  # titles and notes above a header rarely take more rows
_A_VALUE = re.compile(
    r"[\d\s.,:/+()%€$-]*\d[\d\s.,:/+()%€$-]*|.*@.*\..*|[0-9A-F]{2}([:-][0-9A-F]{2})+"
)


def split_header(rows: Callable[[], Iterator[Row]], sheet: str | None = None) -> Table | None:
    """The rows as a table: the first row as wide as the rest, of labels and not of values, is its
    header. None where there is none.
    """
    first = list(islice(rows(), _LOOKED_AT))
    widest = max((_width(cells) for _, cells in first), default=0)
    for number, cells in first:
        if _width(cells) >= max(2, (widest + 1) // 2):
            return _table(rows, number, cells, sheet)
    return None


def _width(cells: tuple[str, ...]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _table(
    rows: Callable[[], Iterator[Row]], number: int, cells: tuple[str, ...], sheet: str | None
) -> Table | None:
    if any(_A_VALUE.fullmatch(cell.strip()) for cell in cells if cell.strip()):
        return None

    def after_header() -> Iterator[Row]:
        return ((row, values) for row, values in rows() if row > number)

    return Table(header=cells, rows=after_header, sheet=sheet)
