"""What a table's columns hold, told by their headers in the forms and languages of exports."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from schedulerx.evidence.column_words import PHRASES, Column

_BY_PHRASE: dict[str, Column] = {
    " ".join(phrase.split()): column
    for column, phrases in PHRASES.items()
    for phrase in phrases.split(",")
}
# These say what they are, whatever word stands before ("client_mac", "hw.imei", "Home Phone").
_TELLING = frozenset(
    {Column.IMEI, Column.IMSI, Column.ICCID, Column.SERIAL, Column.MAC, Column.EMAIL}
)
_TELLING_LAST_WORDS = {
    phrase: column for phrase, column in _BY_PHRASE.items() if column in _TELLING
} | {"phone": Column.PHONE, "mobile": Column.PHONE, "phone number": Column.PHONE}
# A sum's header may end in its currency: "Paid out (GBP)".
_SUMS = frozenset({Column.AMOUNT, Column.DEBIT, Column.CREDIT})
_CURRENCIES = frozenset(
    {"eur", "usd", "gbp", "chf", "pln", "sek", "nok", "dkk", "czk", "cad", "aud"}
)
_NOISE = frozenset({"value", "utc", "gmt"})


def plain_header(header: str) -> str:
    """A header for comparison: lower case, no accents, no counters, single spaces."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    folded = unicodedata.normalize("NFKD", spaced.casefold().replace("wi-fi", "wifi"))
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = re.findall(r"[a-z0-9]+", bare)
    return " ".join(word for word in words if not word.isdigit() and word not in _NOISE)


def column_of(header: str) -> Column | None:
    """What a column of this header holds; None where that is not known."""
    plain = plain_header(header)
    if plain in _BY_PHRASE:
        return _BY_PHRASE[plain]
    words = plain.split(" ")
    sum_of = _BY_PHRASE.get(" ".join(words[:-1])) if words[-1] in _CURRENCIES else None
    if sum_of in _SUMS:
        return sum_of
    tails = (" ".join(words[start:]) for start in range(1, len(words)))
    return next((_TELLING_LAST_WORDS[tail] for tail in tails if tail in _TELLING_LAST_WORDS), None)


@dataclass(frozen=True)
class Columns:
    """The columns of one table by what they hold; several may hold the same (phone 1, phone 2)."""

    places: dict[Column, tuple[int, ...]]
    headers: tuple[str, ...]

    @classmethod
    def of(cls, header: Sequence[str]) -> Columns:
        """The columns of a table with this header."""
        places: dict[Column, tuple[int, ...]] = {}
        for index, name in enumerate(header):
            column = column_of(name)
            if column is not None:
                places[column] = (*places.get(column, ()), index)
        if Column.CLOCK in places and not places.keys() & {Column.START, Column.DATE}:
            places[Column.START] = places.pop(Column.CLOCK)  # "time" holds the date, too
        return cls(places, tuple(header))

    def has(self, *columns: Column) -> bool:
        """Whether all of these are there."""
        return all(column in self.places for column in columns)

    def has_any(self, *columns: Column) -> bool:
        """Whether one of these is there."""
        return any(column in self.places for column in columns)

    def values(self, column: Column, row: Sequence[str]) -> tuple[str, ...]:
        """All cells of a row that hold this and are not empty."""
        cells = (row[place].strip() for place in self.places.get(column, ()) if place < len(row))
        return tuple(cell for cell in cells if cell)

    def value(self, column: Column, row: Sequence[str]) -> str:
        """The first such cell, or an empty string."""
        for place in self.places.get(column, ()):
            if place < len(row) and (cell := row[place].strip()):
                return cell
        return ""

    def labelled(self, column: Column, row: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """All such cells, each with its column's header in plain form."""
        pairs = (
            (plain_header(self.headers[place]), place) for place in self.places.get(column, ())
        )
        cells = ((label, row[place].strip()) for label, place in pairs if place < len(row))
        return tuple((label, cell) for label, cell in cells if cell)

    def header(self, column: Column) -> str:
        """The header as written of the first column that holds this, or an empty string."""
        return next((self.headers[place] for place in self.places.get(column, ())), "")
