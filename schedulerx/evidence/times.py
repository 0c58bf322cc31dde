"""Times as people and programs write them, as ISO 8601; an offset only where one is written."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum

from schedulerx.evidence.counts import counted_time, is_count
from schedulerx.evidence.date_patterns import (
    CLOCK,
    COMPACT,
    COMPACT_DATE,
    NUMBERS,
    PATTERNS,
    SHORT_FORMS,
    WRITTEN_MINUTES,
    WRITTEN_SECONDS,
)
from schedulerx.evidence.date_words import MONTHS, WEEKDAYS, ZONES, fold
from schedulerx.model.event import Precision


class DateOrder(StrEnum):
    """Which of two numbers is the day in a date that does not begin with the year."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


# Month first is written in these; day first nearly everywhere else.
_MONTH_FIRST_REGIONS = frozenset({"US", "PH", "FM", "MH", "PW"})
_ISO_LENGTH = len("2024-01-24 02:47:37")


def default_order(region: str) -> DateOrder:
    """What is usual in a region (ISO 3166-1 alpha-2)."""
    return DateOrder.MONTH_FIRST if region in _MONTH_FIRST_REGIONS else DateOrder.DAY_FIRST


def tidy(text: str) -> str:
    """The text with single spaces and in lower case, marks of direction and 年月日 put right."""
    plain = text.replace("\u202f", " ").replace("年", "-").replace("月", "-").replace("日", " ")
    return re.sub(r"[\s\u200e\u200f]+", " ", plain).strip().strip("[]").lower()


def parse_time(text: str, order: DateOrder, *, utc: bool = False, column: str = "") -> str | None:
    """A date or a date and time as ISO 8601; None where it is none.

    `utc` says that the source promises UTC, as a column "time_utc" does; `column` is its header,
    which tells whose clock counts are of. A month or a year alone is as short as it is.
    """
    if not text:
        return None
    if len(text) == _ISO_LENGTH and text[4] == "-" and text[13] == text[16] == ":":
        return _iso_second(text, utc=utc)
    written = tidy(text)
    if is_count(written):
        return _compact_date(written) or counted_time(written, column) or _compact(written, utc=utc)
    match = numbered(written) or _named(written)
    if match:
        return _iso(match.groupdict(), order, utc=utc)
    return _compact(written, utc=utc) or _short(written)


def numbered(written: str) -> re.Match[str] | None:
    """A tidy text as a date of three numbers that begins with the day or the month."""
    return NUMBERS.fullmatch(written)


def _named(written: str) -> re.Match[str] | None:
    matches = (pattern.fullmatch(written) for pattern in PATTERNS if pattern is not NUMBERS)
    return next((match for match in matches if match), None)


def _compact_date(written: str) -> str | None:
    """`20240124`, which would count to 1970 as seconds."""
    match = COMPACT_DATE.fullmatch(written)
    return _iso(dict(zip(("year", "month", "day"), match.groups(), strict=True)),
                DateOrder.DAY_FIRST, utc=False) if match else None  # fmt: skip


def _compact(written: str, *, utc: bool) -> str | None:
    match = COMPACT.fullmatch(written)
    if match is None:
        return None
    names = ("year", "month", "day", "hour", "minute", "second", "zone")
    parts: dict[str, str | None] = dict(zip(names, match.groups(), strict=True))
    return _iso({**parts, "zone": parts["zone"] or None}, DateOrder.DAY_FIRST, utc=utc)


def _short(written: str) -> str | None:
    """A year, or a month of a year."""
    for pattern in SHORT_FORMS:
        match = pattern.fullmatch(written)
        if match is None:
            continue
        parts = match.groupdict()
        if "name" in parts:
            month = MONTHS.get(fold(parts["name"]), 0)
            return f"{parts['year']}-{month:02}" if month else None
        return f"{parts['year']}-{int(parts['month']):02}" if "month" in parts else parts["year"]
    return None


def written_precision(text: str) -> Precision | None:
    """How exactly a text tells a time of day; None where it tells none."""
    written = tidy(text)
    if WRITTEN_SECONDS.search(written) and not COMPACT_DATE.fullmatch(written):
        return Precision.SECOND
    return Precision.MINUTE if WRITTEN_MINUTES.search(written) else None


def _iso_second(text: str, *, utc: bool) -> str | None:
    """`2024-01-24 02:47:37`, by far the commonest form in exports, without the patterns."""
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return time.replace(tzinfo=time.tzinfo or (dt.UTC if utc else None)).isoformat()


def parse_clock(
    date: str, clock: str, order: DateOrder, *, utc: bool = False, column: str = ""
) -> str | None:
    """A time whose date and clock stand in two columns."""
    if not clock.strip() or not CLOCK.fullmatch(tidy(clock)):
        return parse_time(date, order, utc=utc, column=column)
    day = parse_time(date, order, column=column)
    whole = day is not None and len(day) >= len("2024-01-24")
    return parse_time(f"{day[:10]} {clock}", order, utc=utc) if day and whole else day


def _iso(parts: dict[str, str | None], order: DateOrder, *, utc: bool) -> str | None:
    date = _date(parts, order)
    if date is None:
        return None
    if parts.get("hour") is None:
        return date.isoformat()
    try:
        time = dt.datetime.combine(date, _clock(parts))
        zone = _zone(parts["zone"]) or (dt.UTC if utc else None)
    except ValueError:
        return None
    return time.replace(tzinfo=zone).isoformat()


def _date(parts: dict[str, str | None], order: DateOrder) -> dt.date | None:
    """The date; where the order of its numbers is impossible, in the other one."""
    try:
        return dt.date(*_date_parts(parts, order))
    except ValueError:
        if parts.get("one") is None:
            return None
    try:
        return dt.date(*_date_parts(parts, other(order)))
    except ValueError:
        return None


def other(order: DateOrder) -> DateOrder:
    """The other of the two."""
    day_first = order is DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if day_first else DateOrder.DAY_FIRST


def in_order(match: re.Match[str], order: DateOrder) -> dt.date | None:
    """The date of a match of `numbered`, read in this order alone."""
    try:
        return dt.date(*_date_parts(match.groupdict(), order))
    except ValueError:
        return None


def weekday_of(match: re.Match[str]) -> int | None:
    """The day of the week that a date is written with, from Monday as 0."""
    return WEEKDAYS.get(fold(match["weekday"] or ""))


def _date_parts(parts: dict[str, str | None], order: DateOrder) -> tuple[int, int, int]:
    year = int(parts["year"] or 0)
    if year < 100:
        year += 1900 if year >= 70 else 2000
    if parts.get("name") is not None:
        return year, MONTHS.get(fold(parts["name"] or ""), 0), int(parts["day"] or 0)
    if parts.get("month") is not None:
        return year, int(parts["month"] or 0), int(parts["day"] or 0)
    one, two = int(parts["one"] or 0), int(parts["two"] or 0)
    return (year, two, one) if order is DateOrder.DAY_FIRST else (year, one, two)


def _clock(parts: dict[str, str | None]) -> dt.time:
    hour = int(parts["hour"] or 0)
    if parts.get("half") is not None:
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    micro = (parts.get("fraction") or "0").ljust(6, "0")[:6]
    return dt.time(hour, int(parts["minute"] or 0), int(parts["second"] or 0), int(micro))


def _zone(written: str | None) -> dt.tzinfo | None:
    """`+0200`, `UTC+2`, `CET`; None where none is written."""
    if written is None:
        return None
    if written in ZONES:
        return ZONES[written]
    digits = written.lstrip("utcgm")
    hours, minutes = int(digits[1:3]), int(digits[3:].lstrip(":") or 0)
    ahead = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-ahead if digits[0] == "-" else ahead)
