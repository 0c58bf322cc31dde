"""Times as columns: as they are told, and beside that as times a program can compute with.

`start` is text as told; `start_utc` the instant, where the offset is known; `start_local` the time
on the wall, of a year or a month its first moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

TIMES = ("start", "end", "captured_at")
_DAY = 10  # characters of 2024-02-03
_FIRST_YEAR = 1900  # of a spreadsheet's dates


@dataclass(frozen=True)
class Moment:
    """A date in a cell, shown as exactly as it was told: `length` characters of it."""

    at: datetime
    length: int


def with_times(fields: Sequence[str]) -> Iterator[str]:
    """The columns, the times of each one after it."""
    for name in fields:
        yield name
        if name in TIMES:
            yield from (f"{name}_utc", f"{name}_local")


def times(told: str | None) -> tuple[datetime | None, datetime | None]:
    """The instant, where the offset is known, and the time on the wall, both without a zone."""
    if told is None:
        return None, None
    try:
        moment = datetime.fromisoformat(f"{told}-01-01"[:_DAY] if len(told) < _DAY else told)
        wall = moment.replace(tzinfo=None)
        if moment.tzinfo is None:
            return None, wall
        return moment.astimezone(UTC).replace(tzinfo=None), wall
    except (ValueError, OverflowError):
        return None, None


def cells(row: Mapping[str, Any]) -> dict[str, Moment | None]:
    """The times of a row as a spreadsheet takes them; it knows no year before 1900."""
    found: dict[str, Moment | None] = {}
    for name in TIMES:
        if name in row:
            utc, wall = times(row[name])
            found[f"{name}_utc"] = _cell(utc, row[name])
            found[f"{name}_local"] = _cell(wall, row[name])
    return found


def _cell(moment: datetime | None, told: str) -> Moment | None:
    if moment is None or moment.year < _FIRST_YEAR:
        return None
    return Moment(moment.replace(microsecond=0), len(told))
