"""When a post is due: a wall-clock time in a zone, as the author means it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrule, rruleset, rrulestr

_UNTIL = re.compile(r"UNTIL=(\d{8}T\d{6})Z")
_PARTS = re.compile(r"[A-Z]+=[^;:\s]+(;[A-Z]+=[^;:\s]+)*;?")
_TOO_OFTEN = ("FREQ=SECONDLY", "BYSECOND")  # than every minute
_NOTHING = re.compile(r"(INTERVAL|COUNT)=(?!\+?0*[1-9]\d{0,5}(;|$))")
_ADVICE = "{rule!r} is no recurrence rule; write one like FREQ=WEEKLY;BYDAY=MO,TH"
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
MAX_AHEAD = timedelta(days=366 * 10)


class WrongTimeError(ValueError):
    """A time that cannot be meant; the message says why, and what to write."""


def due_at(written: str, zone: str) -> datetime:
    """The moment in UTC. An offset in the text counts, else the zone does.

    Raises:
        WrongTimeError: it is no time, or the clocks of the zone skip it or show it twice.
    """
    place = zone_of(zone)
    try:
        time = datetime.fromisoformat(written.strip())
    except ValueError as error:
        raise WrongTimeError(f"{written!r} is no time; write it as 2026-12-24 15:00") from error
    if time.tzinfo is not None:
        return time.astimezone(UTC)
    if not _FIRST_YEAR <= time.year <= _LAST_YEAR:
        raise WrongTimeError(f"{written!r} is no year for a post; write it as 2026-12-24 15:00")
    first = time.replace(tzinfo=place, fold=0)
    second = time.replace(tzinfo=place, fold=1)
    if first.astimezone(UTC).astimezone(place).replace(tzinfo=None) != time:
        raise WrongTimeError(f"{written} does not exist in {zone}: clocks are put forward then")
    if first.utcoffset() != second.utcoffset():
        raise WrongTimeError(
            f"{written} comes twice in {zone}: clocks are put back then; write "
            f"{first.isoformat()} or {second.isoformat()}"
        )
    return first.astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """The zone.

    Raises:
        WrongTimeError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongTimeError(f"{name!r} is no time zone; write one like Europe/Paris") from error


def next_occurrence(rule: str, zone: str, start: datetime, after: datetime) -> datetime | None:
    """The first occurrence after a moment, by the wall clock of the zone: 9:00 stays 9:00 when the
    clocks change. None: the rule has ended.

    Raises:
        WrongTimeError: it is no rule, or comes more often than every minute.
    """
    place = zone_of(zone)
    local = start.astimezone(place).replace(tzinfo=None)
    found = _rules(rule, local, place).after(after.astimezone(place).replace(tzinfo=None))
    if found is None or found - local > MAX_AHEAD:
        return None
    moment: datetime = found.replace(tzinfo=place).astimezone(UTC)
    return moment


def check_rule(rule: str, zone: str, start: datetime) -> None:
    """Raises WrongTimeError where `next_occurrence` would, and where there is none."""
    if next_occurrence(rule, zone, start, start) is None:
        raise WrongTimeError(
            f"{rule!r} has no occurrence after the first, in ten years; leave it out, or write "
            "another"
        )


def _rules(rule: str, start: datetime, place: ZoneInfo) -> rrule | rruleset:
    text = rule.strip().upper().removeprefix("RRULE:")
    if not _PARTS.fullmatch(text) or any(part in text for part in _TOO_OFTEN):
        raise WrongTimeError(_ADVICE.format(rule=rule))
    if "BYSETPOS" in text and text.count("BY") == 1:  # RFC 5545, 3.3.10: of another BY part's
        raise WrongTimeError(f"{_ADVICE.format(rule=rule)} (BYSETPOS needs another BY part)")
    if _NOTHING.search(text):
        raise WrongTimeError(f"{_ADVICE.format(rule=rule)} (INTERVAL and COUNT are 1 or more)")
    try:
        return rrulestr(_UNTIL.sub(lambda found: _local(found[1], place), text), dtstart=start)
    except (ValueError, TypeError, KeyError) as error:
        raise WrongTimeError(f"{_ADVICE.format(rule=rule)} ({error})") from error


def _local(until: str, place: ZoneInfo) -> str:
    """An end given in UTC, on the wall clock."""
    moment = datetime.strptime(until, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return f"UNTIL={moment.astimezone(place):%Y%m%dT%H%M%S}"
