"""When a post is due: a wall-clock time in a zone, as the author means it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schedulerx.posts.recurrence import next_on_clock
from schedulerx.posts.written_times import read_time

_ADVICE = "{rule!r} is no recurrence rule; write one like FREQ=WEEKLY;BYDAY=MO,TH"
_FIRST_YEAR, _LAST_YEAR = 2000, 2200


class WrongTimeError(ValueError):
    """A time that cannot be meant; the message says why, and what to write."""


def due_at(written: str, zone: str) -> datetime:
    """The moment in UTC. An offset in the text counts, else the zone does.

    Raises:
        WrongTimeError: it is no time, or the clocks of the zone skip it or show it twice.
    """
    place = zone_of(zone)
    try:
        time = read_time(written)
    except ValueError as error:
        raise WrongTimeError(str(error)) from error
    if not _FIRST_YEAR <= time.year <= _LAST_YEAR:
        raise WrongTimeError(f"{written!r} is no year for a post; write it as 2026-12-24 15:00")
    if time.tzinfo is not None:
        return time.astimezone(UTC)
    first = time.replace(tzinfo=place, fold=0)
    second = time.replace(tzinfo=place, fold=1)
    after = first.astimezone(UTC).astimezone(place).replace(tzinfo=None)
    if after != time:
        raise WrongTimeError(
            f"{written} does not exist in {zone}: clocks are put forward then; write "
            f"{after:%Y-%m-%d %H:%M}"
        )
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
    local, since = (each.astimezone(place).replace(tzinfo=None) for each in (start, after))
    try:
        found = next_on_clock(rule, place, local, since)
    except ValueError as error:
        more = f" ({error})" if str(error) else ""
        raise WrongTimeError(f"{_ADVICE.format(rule=rule)}{more}") from error
    return None if found is None else found.replace(tzinfo=place).astimezone(UTC)


def check_rule(rule: str, zone: str, start: datetime) -> None:
    """Raises WrongTimeError where `next_occurrence` would, and where there is none."""
    if next_occurrence(rule, zone, start, start) is None:
        raise WrongTimeError(
            f"{rule!r} has no occurrence after the first, in ten years; leave it out, or write "
            "another"
        )
