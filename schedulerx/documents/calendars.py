"""iCalendar (RFC 5545): appointments as stated, with their zone; repetitions are not expanded."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from schedulerx.documents.content_lines import ContentLine, content_lines, unescaped
from schedulerx.documents.own_zones import OwnZone, own_zones
from schedulerx.documents.zones import named_zone
from schedulerx.model.content import Appointment

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_SPAN = re.compile(
    r"([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?"
)
_MAILTO = re.compile(r"^mailto:", re.IGNORECASE)
_MAX_ATTENDEES = 1000
_KINDS = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_RULES = ("RRULE", "RDATE", "EXDATE")
_MOST_RULES = 100


class _Zones:
    """The zones that the entries of a file name: known ones, else those it defines itself."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def at(self, time: dt.datetime, name: str) -> dt.tzinfo | None:
        """The zone of that name, or its offset at this local time; None where nobody knows it."""
        known = named_zone(name) if name else None
        own = None if known or not name else self._own.get(name)
        return own.at(time) if own else known

    @cached_property
    def _own(self) -> dict[str, OwnZone]:
        return own_zones(content_lines(self._path))


@dataclass
class _Open:
    """An entry while its lines come in."""

    start: str | None = None
    end: str | None = None
    span: str = ""
    zone: str | None = None
    plain: dict[str, str] = field(default_factory=dict)
    organizer: tuple[str, str] | None = None
    attendees: list[tuple[str, str]] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    replaces: str | None = None

    def appointment(self, place: int) -> Appointment:
        return Appointment(
            place=place,
            start=self.start,
            end=_last(self.start, self.end or _after(self.start, self.span)),
            zone=self.zone,
            title=self.plain.get("SUMMARY", ""),
            location=self.plain.get("LOCATION", ""),
            organizer=self.organizer,
            attendees=tuple(self.attendees),
            recurrence="; ".join(self.rules),
            status=self.plain.get("STATUS", ""),
            uid=self.plain.get("UID") or None,
            replaces=self.replaces,
        )


def appointments(path: Path) -> Iterator[Appointment]:
    """The entries of a calendar, numbered from 1; alarms within them are left out."""
    zones = _Zones(path)
    place, within, current = 0, "", _Open()
    inner = 0
    for line in content_lines(path):
        value = line.value.strip().upper()
        if line.name == "BEGIN" and within:
            inner += 1
        elif line.name == "BEGIN" and value in _KINDS:
            place, within, current = place + 1, value, _Open()
        elif line.name == "END" and inner:
            inner -= 1
        elif line.name == "END" and value == within:
            within = ""
            yield current.appointment(place)
        elif within and not inner:
            _take(current, line, zones)
    if within:
        yield current.appointment(place)


def _take(entry: _Open, line: ContentLine, zones: _Zones) -> None:
    if line.name == "DTSTART":
        entry.start = _moment(line, zones)
        entry.zone = line.parameter("TZID") or ("UTC" if line.value.endswith("Z") else None)
    elif line.name in {"DTEND", "DUE"}:
        entry.end = _moment(line, zones)
    elif line.name == "RECURRENCE-ID":
        entry.replaces = _moment(line, zones)
    elif line.name == "DURATION":
        entry.span = line.value
    elif line.name == "ORGANIZER":
        entry.organizer = _person(line)
    elif line.name == "ATTENDEE" and len(entry.attendees) < _MAX_ATTENDEES:
        entry.attendees.append(_person(line))
    elif line.name in _RULES and len(entry.rules) < _MOST_RULES:
        entry.rules.append(f"{line.name}:{line.value}"[:500])
    elif line.name in {"SUMMARY", "LOCATION", "STATUS", "UID"}:
        entry.plain.setdefault(line.name, unescaped(line.value))


def _person(line: ContentLine) -> tuple[str, str]:
    return line.parameter("CN"), _MAILTO.sub("", line.value.strip())


def _moment(line: ContentLine, zones: _Zones) -> str | None:
    """A date or a time as ISO 8601, with the offset that its zone had then; without one where the
    zone is floating, or nobody knows it.
    """
    found = _TIME.fullmatch(line.value.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups()[:3])
    try:
        if found[4] is None:
            return dt.date(year, month, day).isoformat()
        hour, minute, second = (int(part) for part in found.groups()[3:6])
        time = dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  (comes next)
        zone = dt.UTC if found[7] else zones.at(time, line.parameter("TZID"))
        return time.replace(tzinfo=zone).isoformat()
    except (ValueError, OverflowError):
        return None


def _last(start: str | None, end: str | None) -> str | None:
    """The end; of whole days the last one, where calendars name the one after it."""
    if start is None or end is None or "T" in start or "T" in end or end <= start:
        return end
    return (dt.date.fromisoformat(end) - dt.timedelta(days=1)).isoformat()


def _after(start: str | None, span: str) -> str | None:
    """The end of what began at `start` and takes that long."""
    found = _SPAN.fullmatch(span.strip())
    if start is None or found is None or found[1] == "-":
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    took = dt.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    try:
        if "T" not in start:
            return (dt.date.fromisoformat(start) + took).isoformat()
        return (dt.datetime.fromisoformat(start) + took).isoformat()
    except OverflowError:
        return None
