"""When a schedule is due: `at(…)`, `rate(…)` and `cron(…)` of EventBridge Scheduler, in its zone.

Source: EventBridge Scheduler User Guide, "Schedule types". Cron has six fields: minutes, hours,
day of month, month, day of week (1 is Sunday), year; `*` `?` `,` `-` `/` are read, and `L` as the
last day of the month. `W` and `#` are not.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_EXPRESSION = re.compile(r"(at|rate|cron)\((.+)\)")
_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_HORIZON = timedelta(days=366 * 5)  # a cron that matches nothing within five years never does


def next_due(expression: str, zone: str, begin: datetime, after: datetime) -> datetime | None:
    """The first instant strictly after `after`, in UTC; None when there is none.

    `begin` anchors rates: the schedule's start or creation.

    Raises:
        ValueError: the expression cannot be read.
    """
    match = _EXPRESSION.fullmatch(expression.strip())
    if match is None:
        raise ValueError(f"'{expression}' is no schedule: at(…), rate(…) or cron(…) is expected")
    kind, text = match.groups()
    if kind == "rate":
        return _next_rate(text, begin, after)
    local = ZoneInfo(zone)
    if kind == "at":
        due = datetime.fromisoformat(text).replace(tzinfo=local).astimezone(UTC)
        return due if due > after else None
    return Cron.parse(text).next_after(after, local)


def is_one_time(expression: str) -> bool:
    """Whether the schedule is complete once it fired."""
    return expression.strip().startswith("at(")


def _next_rate(text: str, begin: datetime, after: datetime) -> datetime:
    value, _, unit = text.strip().partition(" ")
    seconds = int(value) * _UNITS[unit.removesuffix("s")]
    passed = max(0.0, (after - begin).total_seconds())
    return begin + timedelta(seconds=(int(passed // seconds) + 1) * seconds)


@dataclass(frozen=True)
class Cron:
    """The allowed values of each field; None for days means any. `last_day` is `L`."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    last_day: bool
    months: frozenset[int]
    weekdays: frozenset[int] | None
    years: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Reads the six fields."""
        fields = text.upper().split()
        if len(fields) != 6:
            raise ValueError(f"cron({text}) has {len(fields)} fields; six are expected")
        minute, hour, day, month, weekday, year = fields
        return cls(
            minutes=_values(minute, 0, 59),
            hours=_values(hour, 0, 23),
            days=None if day in ("?", "*", "L") else _values(day, 1, 31),
            last_day=day == "L",
            months=_values(month, 1, 12, _MONTHS),
            weekdays=None if weekday in ("?", "*") else _values(weekday, 1, 7, _DAYS),
            years=_values(year, 1970, 2199),
        )

    def next_after(self, after: datetime, zone: ZoneInfo) -> datetime | None:
        """Searches day by day, then within the day; local times that do not exist are skipped."""
        first = after.astimezone(zone)
        day = first.replace(hour=0, minute=0, second=0, microsecond=0, fold=0, tzinfo=None)
        while day < first.replace(tzinfo=None) + _HORIZON:
            if self._day_matches(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        local = day.replace(hour=hour, minute=minute, tzinfo=zone)
                        due = local.astimezone(UTC)
                        exists = due.astimezone(zone).replace(tzinfo=None) == local.replace(
                            tzinfo=None
                        )
                        if exists and due > after:
                            return due
            day += timedelta(days=1)
        return None

    def _day_matches(self, day: datetime) -> bool:
        if day.month not in self.months or day.year not in self.years:
            return False
        if self.last_day and day.day != calendar.monthrange(day.year, day.month)[1]:
            return False
        if self.days is not None and day.day not in self.days:
            return False
        return self.weekdays is None or day.isoweekday() % 7 + 1 in self.weekdays


def _values(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    return frozenset(v for part in field.split(",") for v in _range(part, low, high, names))


def _range(part: str, low: int, high: int, names: tuple[str, ...]) -> range:
    span, _, step = part.partition("/")
    first, _, last = span.partition("-")
    if first in ("*", "?"):
        begin, end = low, high
    else:
        begin = _number(first, names)
        end = _number(last, names) if last else (high if step else begin)
    if not low <= begin <= end <= high:
        raise ValueError(f"'{part}' is not within {low}-{high}")
    return range(begin, end + 1, int(step or 1))


def _number(text: str, names: tuple[str, ...]) -> int:
    return names.index(text) + 1 if text in names else int(text)
