"""iCalendar (RFC 5545): appointments as stated, with their zone; repetitions are not expanded."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from schedulerx.documents.content_lines import ContentLine, content_lines, unescaped
from schedulerx.model.content import Appointment

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_SPAN = re.compile(
    r"([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?"
)
_MAILTO = re.compile(r"^mailto:", re.IGNORECASE)
_MAX_ATTENDEES = 1000
_KINDS = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_RULES = ("RRULE", "RDATE", "EXDATE")


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

    def appointment(self, place: int) -> Appointment:
        return Appointment(
            place=place,
            start=self.start,
            end=self.end or _after(self.start, self.span),
            zone=self.zone,
            title=self.plain.get("SUMMARY", ""),
            location=self.plain.get("LOCATION", ""),
            organizer=self.organizer,
            attendees=tuple(self.attendees),
            recurrence="; ".join(self.rules),
            status=self.plain.get("STATUS", ""),
            uid=self.plain.get("UID") or None,
        )


def appointments(path: Path) -> Iterator[Appointment]:
    """The entries of a calendar, numbered from 1; alarms within them are left out."""
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
            _take(current, line)
    if within:
        yield current.appointment(place)


def _take(entry: _Open, line: ContentLine) -> None:
    if line.name == "DTSTART":
        entry.start = moment(line)
        entry.zone = line.parameter("TZID") or ("UTC" if line.value.endswith("Z") else None)
    elif line.name in {"DTEND", "DUE"}:
        entry.end = moment(line)
    elif line.name == "DURATION":
        entry.span = line.value
    elif line.name == "ORGANIZER":
        entry.organizer = _person(line)
    elif line.name == "ATTENDEE" and len(entry.attendees) < _MAX_ATTENDEES:
        entry.attendees.append(_person(line))
    elif line.name in _RULES:
        entry.rules.append(f"{line.name}:{line.value}"[:500])
    elif line.name in {"SUMMARY", "LOCATION", "STATUS", "UID"}:
        entry.plain.setdefault(line.name, unescaped(line.value))


def _person(line: ContentLine) -> tuple[str, str]:
    return line.parameter("CN"), _MAILTO.sub("", line.value.strip())


def moment(line: ContentLine) -> str | None:
    """A date or a time as ISO 8601, with the offset that its zone had then; without one where the
    zone is floating or not in the tz database.
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
    except ValueError:
        return None
    zone = dt.UTC if found[7] else _zone(line.parameter("TZID"))
    return time.replace(tzinfo=zone).isoformat()


def _zone(name: str) -> dt.tzinfo | None:
    """A zone of the tz database; its name may come behind that of a registry, with slashes."""
    tail = "/".join(name.strip("/").split("/")[-2:]) if name.startswith("/") else name
    try:
        return ZoneInfo(tail) if tail else None
    except (ValueError, OSError, LookupError):  # unknown, or a name that is no relative path
        return None


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
