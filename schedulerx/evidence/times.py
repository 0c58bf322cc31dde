"""Times as people and programs write them, as ISO 8601; an offset only where one is written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from enum import StrEnum


class DateOrder(StrEnum):
    """Which of two numbers is the day in a date that does not begin with the year."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


# Month first is written in these; day first nearly everywhere else.
_MONTH_FIRST_REGIONS = frozenset({"US", "PH", "FM", "MH", "PW"})

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january janv janvier ene enero gen gennaio jän jänner",
            "feb februar february fév févr février febrero febbraio",
            "mar mär mrz märz march mars marzo",
            "apr april avr avril abr abril aprile",
            "may mai mayo mag maggio",
            "jun juni june juin junio giu giugno",
            "jul juli july juil juillet julio lug luglio",
            "aug august août aout ago agosto",
            "sep sept september septembre septiembre set settembre",
            "oct okt oktober october octobre octubre ott ottobre",
            "nov november novembre noviembre",
            "dec dez dezember december déc décembre dic diciembre dicembre",
        ),
        1,
    )
    for name in names.split(" ")
}

_TIME = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
    r"(?:\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2}|[+-]\d{2}))?"
)
_REST = rf"(?:(?:[,;]?\s+|t|,)(?:at\s+|um\s+|à\s+)?{_TIME}(?:\s*uhr)?)?"
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_REST}"
)
_NUMBERS = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<mark>[-/.])(?P<two>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d{{2}}){_REST}"
)
_DAY_NAMED = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{{1,2}})\.?[\s-]+(?P<name>[^\W\d]+)\.?,?[\s-]+(?P<year>\d{{4}}){_REST}"
)
_NAME_FIRST = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<name>[^\W\d]+)\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}}){_REST}"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})t?(\d{2})(\d{2})(\d{2})(z?)")
_CLOCK = re.compile(_TIME)
_ISO_LENGTH = len("2024-01-24 02:47:37")
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}|\d{16}")


def default_order(region: str) -> DateOrder:
    """What is usual in a region (ISO 3166-1 alpha-2)."""
    return DateOrder.MONTH_FIRST if region in _MONTH_FIRST_REGIONS else DateOrder.DAY_FIRST


def find_order(texts: Iterable[str], default: DateOrder) -> DateOrder:
    """The order of a whole file's dates, from the file itself.

    A number over 12 decides, and so do points ("03.02.2024"). Where there is neither, the number
    that changes more often from one date to the next is the day.
    """
    changes = [0, 0]
    last: tuple[int, int] | None = None
    for text in texts:
        match = _NUMBERS.match(_tidy(text))
        if match is None:
            continue
        one, two = int(match["one"]), int(match["two"])
        if one > 12 or match["mark"] == ".":
            return DateOrder.DAY_FIRST
        if two > 12:
            return DateOrder.MONTH_FIRST
        if last is not None:
            changes[0] += one != last[0]
            changes[1] += two != last[1]
        last = (one, two)
    if changes[0] == changes[1]:
        return default
    return DateOrder.DAY_FIRST if changes[0] > changes[1] else DateOrder.MONTH_FIRST


def _tidy(text: str) -> str:
    return re.sub(r"[\s\u200e\u200f]+", " ", text.replace("\u202f", " ")).strip().lower()


def parse_time(text: str, order: DateOrder, *, utc: bool = False) -> str | None:
    """A date or a date and time as ISO 8601; None where it is none.

    `utc` says that the source promises UTC, as a column "time_utc" does. Counts of seconds,
    milliseconds or microseconds since 1970 are UTC.
    """
    if not text:
        return None
    if len(text) == _ISO_LENGTH and text[4] == "-" and text[13] == ":":
        return _iso_second(text, utc=utc)
    tidy = _tidy(text)
    if _EPOCH.fullmatch(tidy):
        return epoch_time(float(tidy))
    compact = _COMPACT.fullmatch(tidy)
    if compact:
        year, month, day, *clock, zone = compact.groups()
        tidy = f"{year}-{month}-{day} {':'.join(clock)}{zone}"
    for pattern in (_YEAR_FIRST, _NUMBERS, _DAY_NAMED, _NAME_FIRST):
        match = pattern.fullmatch(tidy)
        if match:
            return _iso(match.groupdict(), order, utc=utc)
    return None


def _iso_second(text: str, *, utc: bool) -> str | None:
    """`2024-01-24 02:47:37`, by far the commonest form in exports, without the patterns."""
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return time.replace(tzinfo=time.tzinfo or (dt.UTC if utc else None)).isoformat()


def parse_clock(date: str, clock: str, order: DateOrder, *, utc: bool = False) -> str | None:
    """A time whose date and clock stand in two columns."""
    if not clock.strip() or not _CLOCK.fullmatch(_tidy(clock)):
        return parse_time(date, order, utc=utc)
    day = parse_time(date, order)
    return parse_time(f"{day[:10]} {clock}", order, utc=utc) if day else None


def epoch_time(count: float) -> str | None:
    """Seconds, milliseconds or microseconds since 1970 as ISO 8601 in UTC, told by magnitude."""
    scale = 1 if count < 1e11 else 1e3 if count < 1e14 else 1e6
    try:
        time = dt.datetime.fromtimestamp(count / scale, dt.UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return time.isoformat(timespec="microseconds" if time.microsecond else "seconds")


def _iso(parts: dict[str, str | None], order: DateOrder, *, utc: bool) -> str | None:
    year, month, day = _date_parts(parts, order)
    try:
        if parts["hour"] is None:
            return dt.date(year, month, day).isoformat()
        time = dt.datetime.combine(dt.date(year, month, day), _clock(parts))
    except ValueError:
        return None
    zone = _zone(parts["zone"]) or (dt.UTC if utc else None)
    return time.replace(tzinfo=zone).isoformat()


def _date_parts(parts: dict[str, str | None], order: DateOrder) -> tuple[int, int, int]:
    year = int(parts["year"] or 0)
    if year < 100:
        year += 1900 if year >= 70 else 2000
    if parts.get("name") is not None:
        return year, _MONTHS.get(parts["name"] or "", 0), int(parts["day"] or 0)
    if parts.get("month") is not None:
        return year, int(parts["month"] or 0), int(parts["day"] or 0)
    one, two = int(parts["one"] or 0), int(parts["two"] or 0)
    return (year, two, one) if order is DateOrder.DAY_FIRST else (year, one, two)


def _clock(parts: dict[str, str | None]) -> dt.time:
    hour = int(parts["hour"] or 0)
    if parts["half"] is not None:
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    micro = (parts["fraction"] or "0").ljust(6, "0")[:6]
    return dt.time(hour, int(parts["minute"] or 0), int(parts["second"] or 0), int(micro))


def _zone(written: str | None) -> dt.tzinfo | None:
    if written is None:
        return None
    if written in {"z", "utc", "gmt"}:
        return dt.UTC
    minutes = int(written[1:3]) * 60 + int(written[3:].lstrip(":") or 0)
    return dt.timezone(dt.timedelta(minutes=-minutes if written[0] == "-" else minutes))


_SPAN = re.compile(r"(?:(\d+)\s*h\w*\s*)?(?:(\d+)\s*m\w*\s*)?(?:(\d+)\s*s\w*)?")


def parse_seconds(text: str) -> int | None:
    """A duration in seconds: "75", "00:01:15", "1:15" (minutes), "1m 15s"."""
    if text.isascii() and text.isdigit() and len(text) <= 7:
        return int(text)
    tidy = _tidy(text)
    if re.fullmatch(r"\d{1,7}\.\d+", tidy):
        return int(float(tidy))
    if re.fullmatch(r"\d{1,3}(?::\d{2}){1,2}", tidy):
        seconds = 0
        for part in tidy.split(":"):
            seconds = seconds * 60 + int(part)
        return seconds
    span = _SPAN.fullmatch(tidy)
    if not tidy or span is None:
        return None
    hours, minutes, rest = (int(group or 0) for group in span.groups())
    return hours * 3600 + minutes * 60 + rest


def add_seconds(start: str | None, seconds: int | None) -> str | None:
    """The end of what began at `start` and took that long; None where either is not known."""
    if start is None or seconds is None or "T" not in start:
        return None
    return (dt.datetime.fromisoformat(start) + dt.timedelta(seconds=seconds)).isoformat()
