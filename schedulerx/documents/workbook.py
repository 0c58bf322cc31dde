"""Workbooks (xlsx, xlsm, xlsb, xls, ods) by calamine: cells as stored, no formula evaluated."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from msgspec.structs import replace
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from schedulerx.documents import sheet_span
from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.headers import LOOKED_AT, split_header
from schedulerx.model.content import Row, Table

_DAYS_OF_1904 = 1462  # from 1899-12-30
_FROM_1904 = re.compile(rb"<(?:\w+:)?workbookPr\s[^>]{0,1000}?date1904=[\"'](?:1|true)[\"']")
_HEAD_BYTES = 64 * 1024
_MAX_COPIES = 100_000  # of cells near the top: merged ranges may overlap

Cell = int | float | str | bool | dt.date | dt.time | dt.datetime | dt.timedelta


def cell_text(cell: Cell) -> str:
    """A cell as text: whole numbers without a point, dates and times as ISO 8601."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))  # identifiers of 15 digits are stored as floats
    if isinstance(cell, (dt.datetime, dt.date, dt.time)):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return str(int(cell.total_seconds()))
    return str(cell)


@dataclass(frozen=True)
class Sheet:
    """One sheet. `rows` are numbered as the program shows them."""

    name: str
    is_hidden: bool
    rows: Iterator[Row]


def _opened(path: Path) -> CalamineWorkbook:
    try:
        if zipfile.is_zipfile(path):
            sheet_span.hold(path)
        return CalamineWorkbook.from_path(path)
    except (CalamineError, OSError, ValueError) as error:
        raise DamagedDocument(f"The workbook does not open: {error}") from error


def _sheets(path: Path, warnings: list[str]) -> Iterator[tuple[CalamineSheet, bool]]:
    """Every sheet that can be read, and whether it is hidden."""
    book = _opened(path)
    hidden = {
        each.name for each in book.sheets_metadata if each.visible != SheetVisibleEnum.Visible
    }
    for name in book.sheet_names:
        try:
            yield book.get_sheet_by_name(name), name in hidden
        except (CalamineError, ValueError) as error:
            warnings.append(f"Sheet {name} cannot be read: {error}")


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = tuple(cell_text(cell) for cell in cells)
        if any(texts):
            yield number, texts


def _unmerged(sheet: CalamineSheet) -> Iterator[Row]:
    """The rows; near the top, cells that are merged all show what stands in the first of them:
    "Caller" over "Number" and "Name" is about both.
    """
    copies = dict(islice(_copies(sheet), _MAX_COPIES))
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = [cell_text(cell) for cell in cells]
        if number <= LOOKED_AT:
            for place, text in enumerate(texts):
                source = copies.get((number - 1, place))
                if source is not None and not text:
                    texts[place] = source
        if any(texts):
            yield number, tuple(texts)


def _copies(sheet: CalamineSheet) -> Iterator[tuple[tuple[int, int], str]]:
    """The cells near the top that show another's text; titles over nearly all columns do not."""
    left = sheet.start[1] if sheet.start else 0
    ranges = [
        (first, last)
        for first, last in sheet.merged_cell_ranges or ()
        if first[0] < LOOKED_AT and first[1] >= left
    ]
    top = [list(map(cell_text, cells)) for cells in islice(sheet.iter_rows(), LOOKED_AT)]
    for (row, column), (last_row, last_column) in ranges:
        across = last_column - column + 1
        if across > 1 and across * 2 > sheet.width:
            continue
        text = _at(top, row, column - left)
        for down in range(row, min(last_row + 1, LOOKED_AT)):
            for place in range(column - left, min(last_column + 1 - left, sheet.width)):
                yield (down, place), text


def _at(rows: list[list[str]], row: int, column: int) -> str:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def sheets(path: Path, warnings: list[str]) -> Iterator[Sheet]:
    """Every sheet, hidden ones too; one that cannot be read leaves a warning.

    Raises:
        DamagedDocument: the workbook does not open.
    """
    for sheet, is_hidden in _sheets(path, warnings):
        yield Sheet(sheet.name, is_hidden, _rows(sheet))


def tables_of(path: Path, warnings: list[str]) -> Iterator[Table]:
    """Every sheet that is a table; its header is empty where it begins with values.

    Raises:
        DamagedDocument: the workbook does not open.
    """
    days = _DAYS_OF_1904 if _counts_from_1904(path) else 0
    for sheet, _ in _sheets(path, warnings):
        table = split_header(partial(_unmerged, sheet), sheet.name)
        if table is not None:
            yield replace(table, days_late=days)


def _counts_from_1904(path: Path) -> bool:
    """Whether the workbook counts days as the first ones for the Macintosh did; that is told for
    cells that are not formatted as dates, others come as dates.
    """
    try:
        with zipfile.ZipFile(path) as package, package.open("xl/workbook.xml") as part:
            return _FROM_1904.search(part.read(_HEAD_BYTES)) is not None
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, EOFError):
        return False  # another format, or a part that calamine has its own word about
