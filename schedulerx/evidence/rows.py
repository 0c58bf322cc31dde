"""One row of a table, read by what its columns hold."""

from __future__ import annotations

from dataclasses import dataclass

from schedulerx.evidence.column_words import Column
from schedulerx.evidence.columns import Columns
from schedulerx.evidence.conventions import Convention
from schedulerx.evidence.counts import put_forward
from schedulerx.evidence.devices import is_rounded
from schedulerx.evidence.durations import add_seconds, parse_seconds
from schedulerx.evidence.maker import Place
from schedulerx.evidence.times import (
    parse_clock,
    parse_time,
    written_precision,
)
from schedulerx.model.event import Precision

# Columns that hold dates; "From" and "To" head dates in lists of devices.
DATED = (Column.START, Column.DATE, Column.END, Column.CALLER, Column.CALLEE)
# Long numbers.
_NUMBERS = (
    Column.CALLER, Column.CALLEE, Column.PHONE, Column.IMEI, Column.IMSI, Column.ICCID
)  # fmt: skip


@dataclass(frozen=True)
class RowReader:
    """A row, its number from 1, and how its table writes dates."""

    columns: Columns
    cells: tuple[str, ...]
    number: int
    sheet: str | None
    convention: Convention
    table: str | None = None  # of a database; `number` is then the row id
    days_late: int = 0  # see `Table`

    def value(self, column: Column) -> str:
        """The first cell that holds this, or an empty string."""
        return self.columns.value(column, self.cells)

    def values(self, column: Column) -> tuple[str, ...]:
        """All cells that hold this and are not empty."""
        return self.columns.values(column, self.cells)

    def place(self, extractor: str, field: str | None = None) -> Place:
        """Where this row is."""
        if self.table is not None:
            ordinal = f"{self.table} {self.number}"
            return Place(extractor, ordinal, field=field, table=self.table, row_id=self.number)
        ordinal = f"row {self.number}" if self.sheet is None else f"{self.sheet}!row {self.number}"
        return Place(extractor, ordinal, sheet=self.sheet, row=self.number, field=field)

    def time(self, column: Column) -> str | None:
        """The cell as a time; UTC where the header promises it."""
        utc = "utc" in self.columns.header(column).lower()
        return parse_time(
            put_forward(self.value(column), self.days_late),
            self.convention.order,
            utc=utc,
            column=self.columns.header(column),
        )

    def start(self) -> str | None:
        """When it began: one column, or a date and a clock in two."""
        begun = self.time(Column.START)
        if begun is not None and ("T" in begun or not self.value(Column.CLOCK)):
            return begun
        date = put_forward(self.value(Column.DATE) or self.value(Column.START), self.days_late)
        utc = any(
            "utc" in self.columns.header(each).lower() for each in (Column.DATE, Column.CLOCK)
        )
        column = self.columns.header(Column.DATE) or self.columns.header(Column.START)
        return parse_clock(
            date, self.value(Column.CLOCK), self.convention.order, utc=utc, column=column
        )

    def precision(self, start: str | None) -> Precision | None:
        """How exactly the cells tell that start; None where its own text does."""
        if start is None or "T" not in start:
            return None
        written = (self.value(each) for each in (Column.CLOCK, Column.START, Column.DATE))
        return next(filter(None, map(written_precision, written)), None)

    def doubt(self) -> str:
        """What the table leaves open about this row's dates."""
        dates = (self.value(each) for each in DATED)
        return next(filter(None, map(self.convention.doubt_of, dates)), "")

    def time_field(self) -> str | None:
        """The header of the column the start came from."""
        headers = (self.columns.header(column) for column in (Column.START, Column.DATE))
        return next((header for header in headers if header), None)

    def end(self, start: str | None) -> str | None:
        """When it ended: a column, or the start and the duration."""
        return self.time(Column.END) or add_seconds(start, self.seconds())

    def seconds(self) -> int | None:
        """How long it took."""
        return parse_seconds(self.value(Column.DURATION))

    def rounded(self) -> int:
        """How many of its numbers a spreadsheet has rounded: they are nobody's."""
        return sum(1 for each in _NUMBERS for cell in self.values(each) if is_rounded(cell))

    def name(self) -> str:
        """A person's name from one column or two. Beside a column of first names, "Name" holds the
        family's; beside one of the family's names ("Cognome"), the first name.
        """
        name, first, last = map(self.value, (Column.NAME, Column.FIRST_NAME, Column.LAST_NAME))
        other = first or last
        if name and (not other or other.casefold() in name.casefold() or (first and last)):
            return name
        return " ".join(filter(None, (first, name, last)))
