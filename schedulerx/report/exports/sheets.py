"""Sheets of an XLSX workbook: rows pass through in constant memory, and nothing is ever run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from schedulerx.report.exports.moments import Moment
from schedulerx.report.exports.rows import cell

# Excel's own limits ("Excel specifications and limits").
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767  # UTF-16 units in a cell
MAX_LINKS = 65_530  # in a sheet
MAX_URL = 2_079
_MAX_EXACT = 2**53  # a cell's number is a double
CUT = " … [cut]"
_WIDTHS = {"path": 44, "summary": 60, "start": 24, "end": 24, "place": 22, "reason": 50, "text": 60}
_DEFAULT_WIDTH = 16
_DATE_WIDTH = 19
_HASH_WIDTH = 24
# A date is shown as exactly as it was told; its value is its first moment.
_DATES = {4: "yyyy", 7: "yyyy-mm", 10: "yyyy-mm-dd"}
_WHOLE = "yyyy-mm-dd hh:mm:ss"
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")


@dataclass(frozen=True)
class Styles:
    """The formats of a workbook."""

    header: Format
    link: Format
    dates: Mapping[int, Format]  # by the characters that were told
    whole: Format


def styles(workbook: Workbook) -> Styles:
    """The formats, made once a workbook."""
    header = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#E9F2EC"})
    link = workbook.add_format({"font_color": "#1D6470", "underline": 1})
    dates = {length: _left(workbook, shown) for length, shown in _DATES.items()}
    return Styles(header=header, link=link, dates=dates, whole=_left(workbook, _WHOLE))


def _left(workbook: Workbook, shown: str) -> Format:
    return workbook.add_format({"num_format": shown, "align": "left"})


@dataclass
class Sheet:
    """A table under a name; where it grows over a sheet's rows it goes on in `NAME (2)`."""

    workbook: Workbook
    name: str
    fields: Sequence[str]
    styles: Styles
    max_rows: int = MAX_ROWS
    rows: int = 0  # in all its parts
    _part: int = 0
    _next: int = 0
    _links: int = 0
    _sheet: Worksheet | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._begin()

    def add(self, row: Mapping[str, Any], links: Mapping[str, str | None] | None = None) -> str:
        """Writes a row, its cells linked as told; returns where it stands: `'Sheet'!A7`."""
        if self._next >= self.max_rows:
            self._begin()
        sheet = self._current
        for column, name in enumerate(self.fields):
            self._write(column, row.get(name), (links or {}).get(name))
        self._next += 1
        self.rows += 1
        return f"'{sheet.get_name()}'!A{self._next}"

    @property
    def first_sheet(self) -> str:
        """The name of its first part."""
        return sheet_name(self.name, 1)

    @property
    def _current(self) -> Worksheet:
        assert self._sheet is not None
        return self._sheet

    def _begin(self) -> None:
        self._close()
        self._part += 1
        self._sheet = sheet = self.workbook.add_worksheet(sheet_name(self.name, self._part))
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(self.fields):
            sheet.set_column(column, column, _width(name))
            sheet.write_string(0, column, name, self.styles.header)
        self._next, self._links = 1, 0

    def _close(self) -> None:
        if self._sheet is not None:
            self._sheet.autofilter(0, 0, self._next - 1, len(self.fields) - 1)

    def close(self) -> None:
        """Ends the table."""
        self._close()

    def _dated(self, moment: Moment) -> Format:
        return self.styles.dates.get(moment.length, self.styles.whole)

    def _write(self, column: int, value: object, url: str | None) -> None:
        if value is None:
            return
        sheet, at = self._current, self._next
        if isinstance(value, Moment):
            sheet.write_datetime(at, column, value.at, self._dated(value))
        elif isinstance(value, bool):
            sheet.write_boolean(at, column, value)
        elif isinstance(value, int | float) and abs(value) < _MAX_EXACT:
            sheet.write_number(at, column, value)
        elif url and len(url) <= MAX_URL and self._links < MAX_LINKS:
            self._links += 1
            sheet.write_url(at, column, url, self.styles.link, fitting(cell(value)))
        else:
            sheet.write_string(at, column, fitting(cell(value)))


def _width(name: str) -> int:
    if name.endswith(("_utc", "_local")):
        return _DATE_WIDTH
    return _WIDTHS.get(name, _HASH_WIDTH if name.endswith(("_id", "sha256")) else _DEFAULT_WIDTH)


def sheet_name(name: str, part: int) -> str:
    """A name Excel takes: at most 31 characters, none of its own signs."""
    tail = f" ({part})" if part > 1 else ""
    plain = name.translate(_NOT_IN_NAMES).strip()[: 31 - len(tail)]
    return f"{plain or 'Sheet'}{tail}"


def fitting(text: str) -> str:
    """The text as one cell takes it; what does not fit is cut, and marked so. Control characters
    are written escaped; two code points that no XML may hold become U+FFFD.
    """
    text = text.translate(_NO_XML)
    if len(text) <= MAX_TEXT // 2 or len(encoded := text.encode("utf-16-le")) <= 2 * MAX_TEXT:
        return text
    kept = encoded[: 2 * (MAX_TEXT - len(CUT))]
    return kept.decode("utf-16-le", "ignore") + CUT
