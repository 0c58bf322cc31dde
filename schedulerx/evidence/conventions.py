"""In which order a source writes day and month, found from all its dates together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from schedulerx.evidence.times import (
    DateOrder,
    default_order,
    in_order,
    numbered,
    other,
    tidy,
    weekday_of,
)

_LAST_MONTH = 12
_MUCH = 2  # times as far apart: less is chance
_CLEAR_LEAD = 3  # dates by which one reading must be the better one
_DAY, _MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


_PERHAPS = re.compile(r"\W*[^\W\d]*\W*\d{1,2}[-/.]")  # cheaper than the whole pattern


@dataclass(frozen=True)
class Convention:
    """How a source writes dates. `doubt` says why the order is not certain; empty where it is."""

    order: DateOrder
    doubt: str = ""

    def doubt_of(self, text: str) -> str:
        """The doubt where it touches this date: both its numbers could be the month."""
        return self.doubt if self.doubt and _is_open(text) else ""


def _is_open(text: str) -> bool:
    match = numbered(tidy(text))
    if match is None or match["mark"] == ".":
        return False
    one, two = int(match["one"]), int(match["two"])
    return one != two and max(one, two) <= _LAST_MONTH


def find_convention(
    dates: Iterable[tuple[str, str]], region: str, hint: DateOrder | None = None
) -> Convention:
    """The convention of one source, from pairs of a column and a date, as they stand there.

    What proves an order: a number over 12, points ("03.02.2024"), the name of the weekday. Else
    it shows in how the dates follow each other. `hint` is what the language of the source's words
    or its other columns suggest; it and what is usual in `region` (ISO 3166-1) prove nothing.
    """
    seen = _Seen()
    for column, text in dates:
        match = numbered(tidy(text)) if _PERHAPS.match(text) else None
        if match is not None:
            seen.add(column, match)
    return seen.convention(hint or default_order(region))


@dataclass
class _Run:
    """How the dates follow each other, read in one order."""

    last: dt.date | None = None
    rises: int = 0
    falls: int = 0
    jumps: int = 0  # days between neighbours, added up
    breaks: int = 0  # dates out of line, of a list that goes up or down

    def add(self, date: dt.date) -> None:
        if self.last is not None:
            self.rises += date > self.last
            self.falls += date < self.last
            self.jumps += abs((date - self.last).days)
            self.breaks = min(self.rises, self.falls)
        self.last = date


def _sum(runs: Iterable[_Run]) -> _Run:
    """Several columns' runs as one."""
    whole = _Run()
    for run in runs:
        whole.rises += run.rises
        whole.falls += run.falls
        whole.jumps += run.jumps
        whole.breaks += run.breaks
    return whole


def _runs() -> dict[DateOrder, _Run]:
    return {order: _Run() for order in DateOrder}


@dataclass
class _Seen:
    """What the dates show, in constant memory."""

    proofs: dict[DateOrder, int] = field(default_factory=lambda: dict.fromkeys(DateOrder, 0))
    columns: dict[str, dict[DateOrder, _Run]] = field(default_factory=dict)
    is_open: bool = False  # a date that could be read both ways

    def add(self, column: str, match: re.Match[str]) -> None:
        """Takes a date."""
        proven = _proven(match)
        if proven is not None:
            self.proofs[proven] += 1
        one, two = int(match["one"]), int(match["two"])
        self.is_open |= one != two and max(one, two) <= _LAST_MONTH
        for order, run in self.columns.setdefault(column, _runs()).items():
            date = in_order(match, order)
            if date is not None:
                run.add(date)

    def convention(self, default: DateOrder) -> Convention:
        """What follows from it all."""
        day, month = self.proofs[_DAY], self.proofs[_MONTH]
        if day and month:
            order = default if day == month else _DAY if day > month else _MONTH
            doubt = f"Day and month stand in both orders in this source; read {order}."
            return Convention(order, doubt)
        if day or month:
            return Convention(_DAY if day else _MONTH)
        runs = {order: _sum(each[order] for each in self.columns.values()) for order in DateOrder}
        shown = _shown(runs)
        if shown is not None or not self.is_open:
            return Convention(shown or default)
        order = _likelier(runs) or default
        return Convention(order, f"Nothing here proves which number is the day; read {order}.")


def _proven(match: re.Match[str]) -> DateOrder | None:
    """The order that this date alone proves."""
    if match["mark"] == ".":
        return _DAY
    dates = {order: in_order(match, order) for order in DateOrder}
    if dates[_DAY] is None or dates[_MONTH] is None:
        return next((order for order in DateOrder if dates[order] is not None), None)
    weekday = weekday_of(match)
    fits = [order for order, date in dates.items() if date and date.weekday() == weekday]
    return fits[0] if len(fits) == 1 else None


def _shown(runs: dict[DateOrder, _Run]) -> DateOrder | None:
    """The order in which the dates are clearly more in line, or lie clearly closer together."""
    for order in DateOrder:
        this, that = runs[order], runs[other(order)]
        if that.breaks - this.breaks >= _CLEAR_LEAD and this.breaks * 10 <= that.breaks:
            return order
        steps = this.rises + this.falls
        if this.breaks == that.breaks and steps >= _CLEAR_LEAD and this.jumps * 10 <= that.jumps:
            return order
    return None


def _likelier(runs: dict[DateOrder, _Run]) -> DateOrder | None:
    """The order in which the dates lie much closer together; None where neither does."""
    day, month = runs[_DAY].jumps, runs[_MONTH].jumps
    if max(day, month) < _MUCH * min(day, month) or day == month:
        return None
    return _DAY if day < month else _MONTH
