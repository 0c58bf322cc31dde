"""Workbooks (xlsx, xlsm, xlsb, xls, ods) by calamine: cells as stored, no formula evaluated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.headers import split_header
from schedulerx.model.content import Row, Table

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


def _sheets(path: Path, warnings: list[str]) -> Iterator[CalamineSheet]:
    try:
        book = CalamineWorkbook.from_path(path)
    except (CalamineError, OSError, ValueError) as error:
        raise DamagedDocument(f"The workbook does not open: {error}") from error
    for name in book.sheet_names:
        try:
            yield book.get_sheet_by_name(name)
        except (CalamineError, ValueError) as error:
            warnings.append(f"Sheet {name} cannot be read: {error}")


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    first = sheet.start[0] + 1 if sheet.start else 1
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), first):
        texts = tuple(cell_text(cell) for cell in cells)
        if any(texts):
            yield number, texts


def sheets(path: Path, warnings: list[str]) -> Iterator[tuple[str, Iterator[Row]]]:
    """Every sheet's name and rows; a sheet that cannot be read leaves a warning.

    Raises:
        DamagedDocument: the workbook does not open.
    """
    for sheet in _sheets(path, warnings):
        yield sheet.name, _rows(sheet)


def tables_of(path: Path, warnings: list[str]) -> Iterator[Table]:
    """Every sheet that has a header, as a table.

    Raises:
        DamagedDocument: the workbook does not open.
    """
    for sheet in _sheets(path, warnings):
        rows = list(_rows(sheet))  # calamine holds the sheet in memory anyway
        table = split_header(lambda rows=rows: iter(rows), sheet.name)  # type: ignore[misc]  # a default binds the loop's value
        if table is not None:
            yield table
