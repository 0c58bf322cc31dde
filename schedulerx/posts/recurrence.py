"""Rules of RFC 5545, on the wall clock: parsed, and searched no further than ten years.

dateutil looks for a rule's next occurrence until the year 9999, which takes a minute where the
parts of the rule never meet. So the search is made where that end is near: among the last years
there is one that begins on the same weekday, with the next leap year as far off.
"""

from __future__ import annotations

import re
from calendar import isleap
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

MAX_AHEAD = timedelta(days=366 * 10)
_HORIZON = 11  # years that hold all that is searched
_CYCLE = 28  # years after which days and weekdays come again, but over a century
_ERA = 400  # years after which they always do
_LAST = 9999 - _HORIZON  # the last year that a search may begin in
_PARTS = re.compile(r"[A-Z]+=[^;:\s]+(;[A-Z]+=[^;:\s]+)*;?")
_UNTIL = re.compile(r"(?:^|;)UNTIL=([^;]*)")
_UNTIL_SHAPES = ("%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S", "%Y%m%d")
_TOO_OFTEN = ("FREQ=SECONDLY", "BYSECOND")  # than every minute
_NOTHING = re.compile(r"(INTERVAL|COUNT)=(?!\+?0*[1-9]\d{0,5}(;|$))")


def next_on_clock(rule: str, place: ZoneInfo, start: datetime, after: datetime) -> datetime | None:
    """The first occurrence after a moment, both without a zone; None: none within ten years of the
    start.

    Raises:
        ValueError: it is no rule, or comes more often than every minute; the message says more,
            where there is more to say.
    """
    text = _checked(rule)
    until = _until(text, place)
    if after - start > MAX_AHEAD or (until is not None and until <= after):
        return None
    shift = _same_calendar(start) - start
    try:
        endless = rrulestr(_UNTIL.sub("", text).lstrip(";"), dtstart=start + shift)
        found = endless.after(after + shift)
    except (TypeError, KeyError) as error:
        raise ValueError(str(error)) from error
    if found is None or found - shift - start > MAX_AHEAD:
        return None
    occurrence: datetime = found - shift
    return None if until is not None and occurrence > until else occurrence


def _checked(rule: str) -> str:
    """The rule without what introduces it."""
    text = rule.strip().upper().removeprefix("RRULE:")
    if not _PARTS.fullmatch(text) or any(part in text for part in _TOO_OFTEN):
        raise ValueError
    if "BYSETPOS" in text and text.count("BY") == 1:  # RFC 5545, 3.3.10: of another BY part's
        raise ValueError("BYSETPOS needs another BY part")
    if "BYSETPOS" in text and "FREQ=MINUTELY" in text:
        raise ValueError("BYSETPOS has nothing to choose from in a minute")
    if _NOTHING.search(text):
        raise ValueError("INTERVAL and COUNT are 1 or more")
    if "COUNT=" in text and "UNTIL=" in text:  # RFC 5545, 3.3.10
        raise ValueError("COUNT or UNTIL ends it, not both")
    return text


def _until(text: str, place: ZoneInfo) -> datetime | None:
    """The last moment, on the wall clock. A day counts to its end."""
    written = _UNTIL.search(text)
    if written is None:
        return None
    for shape in _UNTIL_SHAPES:
        try:
            moment = datetime.strptime(written[1], shape)  # noqa: DTZ007  (on the wall clock)
        except ValueError:
            continue
        if shape.endswith("Z"):
            return moment.replace(tzinfo=UTC).astimezone(place).replace(tzinfo=None)
        return moment if "T" in shape else moment + timedelta(days=1, seconds=-1)
    raise ValueError(f"UNTIL={written[1]} is no time; write it as UNTIL=20271231")


def _same_calendar(start: datetime) -> datetime:
    """The same day of the year in a year, as late as can be, from which on the calendar goes on as
    it does from this one.
    """
    year = start.year + (_LAST - start.year) // _ERA * _ERA
    if _has_plain_leaps(start.year) and _has_plain_leaps(_LAST):
        candidates = range(_LAST - _CYCLE + 1, _LAST + 1)
        year = next(each for each in candidates if _likeness(each) == _likeness(start.year))
    return start.replace(year=year)


def _has_plain_leaps(year: int) -> bool:
    """Whether each fourth year is a leap year, as far as is searched."""
    return all(isleap(each) == (each % 4 == 0) for each in range(year, year + _HORIZON + 1))


def _likeness(year: int) -> tuple[int, int]:
    return datetime(year, 1, 1).weekday(), year % 4  # noqa: DTZ001  (a day of the calendar)
