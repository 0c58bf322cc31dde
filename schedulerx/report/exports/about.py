"""The workbook's first sheet: what is in the others, and how to read them."""

from __future__ import annotations

from collections.abc import Iterable

from xlsxwriter.workbook import Workbook

from schedulerx.report.exports.sheets import Sheet, Styles

_NOTES = """\
start is the time as its source tells it, as exactly as it does. start_utc is the instant, where the
source tells an offset; start_local the time on the wall. Both are dates, as are those of end.
from and to are what a source calls people; persons is who they were found to be.
path leads to the file's row in Files, place into the file; also names who tells the same again.
schedulerx explain event ID tells the way back from an event to its file, member, page or row.
Dates before 1900 stand in start alone: a spreadsheet knows no earlier ones."""


class About:
    """Made first, so that it is the first sheet; written last, when the others are counted."""

    def __init__(self, workbook: Workbook, looks: Styles) -> None:
        self._looks = looks
        self._sheet = workbook.add_worksheet("About")
        self._sheet.set_column(0, 0, 28)
        self._sheet.set_column(1, 1, 12)

    def write(self, sheets: Iterable[Sheet]) -> None:
        """A line a table, then how to read them."""
        for column, name in enumerate(("sheet", "rows")):
            self._sheet.write_string(0, column, name, self._looks.header)
        at = 0
        for at, sheet in enumerate(sheets, start=1):
            target = f"internal:'{sheet.first_sheet}'!A1"
            self._sheet.write_url(at, 0, target, self._looks.link, sheet.first_sheet)
            self._sheet.write_number(at, 1, sheet.rows)
        for line, note in enumerate(_NOTES.splitlines(), start=at + 2):
            self._sheet.write_string(line, 0, note)
