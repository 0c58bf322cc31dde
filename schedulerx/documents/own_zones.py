"""Zones that a calendar defines itself (VTIMEZONE, RFC 5545, 3.6.5): when which offset began."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schedulerx.documents.content_lines import ContentLine

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)(?::?(\d\d))?")
_LOCAL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?Z?")
_BY_DAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PHASES = frozenset({"STANDARD", "DAYLIGHT"})
_MOST_PHASES = 100  # of one zone: Exchange writes two, others one for each change
_MOST_DATES = 100  # of one phase
_MOST = dt.timedelta(hours=23, minutes=59)  # of an offset


@dataclass
class _Phase:
    """A part of a zone's year, or of its history, while its lines come in: local times."""

    begins: list[dt.datetime] = field(default_factory=list)
    before: dt.timedelta = dt.timedelta()
    after: dt.timedelta = dt.timedelta()
    rule: dict[str, str] = field(default_factory=dict)

    def begun(self, time: dt.datetime) -> Iterator[dt.datetime]:
        """When it began before that time, the last time among others."""
        yield from (each for each in self.begins if each <= time)
        if self.rule.get("FREQ") == "YEARLY" and self.begins:
            until = _local(self.rule.get("UNTIL", "")) or time
            for year in (time.year, time.year - 1):
                each = _yearly(self.rule, self.begins[0], year)
                if each is not None and self.begins[0] <= each <= min(time, until):
                    yield each


@dataclass(frozen=True)
class OwnZone:
    """A zone's phases."""

    phases: tuple[_Phase, ...]

    def at(self, time: dt.datetime) -> dt.timezone | None:
        """The offset at a local time; None for a zone that defines none."""
        begun = [(each, phase.after) for phase in self.phases for each in phase.begun(time)]
        if begun:
            return dt.timezone(max(begun)[1])
        first = min((phase for phase in self.phases if phase.begins), default=None,
                    key=lambda phase: phase.begins[0])  # fmt: skip
        return dt.timezone(first.before) if first else None


def own_zones(lines: Iterable[ContentLine]) -> dict[str, OwnZone]:
    """The zones of a calendar by their TZID."""
    zones: dict[str, OwnZone] = {}
    name, phases = "", list[_Phase]()
    within = ""
    for line in lines:
        value = line.value.strip()
        if line.name == "BEGIN" and value.upper() == "VTIMEZONE":
            within, name, phases = "VTIMEZONE", "", []
        elif not within:
            continue
        elif line.name == "END" and value.upper() == "VTIMEZONE":
            zones.setdefault(name, OwnZone(tuple(phases)))
            within = ""
        elif line.name == "TZID":
            name = value
        elif line.name == "BEGIN" and value.upper() in _PHASES and len(phases) < _MOST_PHASES:
            phases.append(_Phase())
        elif phases:
            _take(phases[-1], line.name, value)
    return zones


def _take(phase: _Phase, name: str, value: str) -> None:
    if name in {"DTSTART", "RDATE"}:
        times = (_local(each) for each in value.split(","))
        phase.begins = [*phase.begins, *filter(None, times)][:_MOST_DATES]
    elif name == "TZOFFSETFROM":
        phase.before = _offset(value)
    elif name == "TZOFFSETTO":
        phase.after = _offset(value)
    elif name == "RRULE":
        parts = (part.partition("=") for part in value.split(";"))
        phase.rule = {key.upper(): text.upper() for key, _, text in parts}


def _offset(written: str) -> dt.timedelta:
    found = _OFFSET.fullmatch(written)
    if found is None:
        return dt.timedelta()
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    span = min(dt.timedelta(hours=hours, minutes=minutes, seconds=seconds), _MOST)
    return -span if found[1] == "-" else span


def _local(written: str) -> dt.datetime | None:
    found = _LOCAL.fullmatch(written.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  (the zone's own)
    except ValueError:
        return None


def _yearly(rule: dict[str, str], first: dt.datetime, year: int) -> dt.datetime | None:
    """When a yearly rule has its day: "BYMONTH=3;BYDAY=-1SU", "BYMONTHDAY=8,9,10,…;BYDAY=SU"."""
    try:
        month = int(rule.get("BYMONTH", first.month))
        days = _fitting(rule, year, month) if "BYDAY" in rule or "BYMONTHDAY" in rule else ()
        day = days[0] if days else first.day
        return first.replace(year=year, month=month, day=day)
    except (ValueError, IndexError):
        return None


def _fitting(rule: dict[str, str], year: int, month: int) -> list[int]:
    """The days of a month that the rule allows."""
    length = calendar.monthrange(year, month)[1]
    days = list(range(1, length + 1))
    if "BYMONTHDAY" in rule:
        named = {int(each) for each in rule["BYMONTHDAY"].split(",")[: 2 * length]}
        days = [day for day in days if day in named or day - length - 1 in named]
    found = _BY_DAY.fullmatch(rule.get("BYDAY", ""))
    if found is None:
        return days
    weekday = _DAYS.index(found[2])
    days = [day for day in days if calendar.weekday(year, month, day) == weekday]
    if found[1] is None:
        return days
    place = int(found[1])
    return [days[place - 1 if place > 0 else place]]
