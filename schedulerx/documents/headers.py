"""Where a table's header is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice, pairwise, zip_longest

from schedulerx.model.content import Row, Table

LOOKED_AT = 20  # titles and notes above a header rarely take more rows
_CLEARLY = 0.75  # of a header's cells: a table's own rows are rarely so narrow
_A_VALUE = re.compile(
    r"[\d\s.,:/+()%€$-]*\d[\d\s.,:/+()%€$-]*|.*@.*\..*|[0-9A-F]{2}([:-][0-9A-F]{2})+"
)


def split_header(rows: Callable[[], Iterator[Row]], sheet: str | None = None) -> Table | None:
    """The rows as a table: the first row as wide as the rest, of labels and not of values, is its
    header. Labels that stand over several columns and the labels below them make one header.

    A table that begins with values has an empty header. None where there is no table.
    """
    first = list(islice(rows(), LOOKED_AT))
    widest = max((_width(cells) for _, cells in first), default=0)
    wide = [place for place, (_, cells) in enumerate(first) if _is_wide(cells, widest)]
    place = _header_place([first[each][1] for each in wide])
    if place is None:
        return Table(header=(), rows=rows, sheet=sheet) if wide else None
    number, cells = first[wide[place]]
    below = next(iter(first[wide[place] + 1 :]), None)
    if below is not None and _is_upper(cells, below[1]):
        return _table(rows, below[0], _joined(cells, below[1]), sheet)
    return _table(rows, number, cells, sheet)


def _is_wide(cells: tuple[str, ...], widest: int) -> bool:
    return _width(cells) >= max(2, (widest + 1) // 2) and len(_labels(cells)) > 1


def _header_place(wide: list[tuple[str, ...]]) -> int | None:
    """Which of the wide rows is of labels: the first, or, where values come after it, one that is
    clearly wider than what stands above it and tells of the whole ("Customer; Ada"). None where
    the table begins with values.
    """
    widths = [_width(cells) for cells in wide]
    found: list[int] = []
    for place, cells in enumerate(wide):
        if _has_value(cells) and (found or widths[place] == max(widths)):
            return found[-1] if found else None
        above = widths[found[-1]] if found else 0
        if not _has_value(cells) and above < _CLEARLY * widths[place]:
            found.append(place)
    return found[0] if found else None


def _width(cells: tuple[str, ...]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _labels(cells: tuple[str, ...]) -> set[str]:
    return {cell.strip() for cell in cells if cell.strip()}


def _is_upper(cells: tuple[str, ...], below: tuple[str, ...]) -> bool:
    """Whether labels repeat side by side, and the row below tells what each is, in labels."""
    repeated = any(one == two != "" for one, two in pairwise(cells))
    return repeated and _width(below) >= _width(cells) and not _has_value(below)


def _joined(cells: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    pairs = zip_longest(cells, below, fillvalue="")
    return tuple(low if high == low else f"{high} {low}".strip() for high, low in pairs)


def _has_value(cells: tuple[str, ...]) -> bool:
    return any(_A_VALUE.fullmatch(cell.strip()) for cell in cells if cell.strip())


def _table(
    rows: Callable[[], Iterator[Row]], number: int, cells: tuple[str, ...], sheet: str | None
) -> Table:
    def after_header() -> Iterator[Row]:
        return ((row, values) for row, values in rows() if row > number)

    return Table(header=cells, rows=after_header, sheet=sheet)
