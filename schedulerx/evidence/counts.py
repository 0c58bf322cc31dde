"""Times as computers count them: since 1970, 1601 or 2001, told by magnitude and column name."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_MICRO = 1_000_000


@dataclass(frozen=True)
class _Clock:
    """Counts from `least` up to `most` are this clock's: `unit` in microseconds."""

    least: int
    most: int
    epoch: dt.datetime
    unit: float


_UNIX = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_WINDOWS = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)  # FILETIME, and WebKit in microseconds
_APPLE = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
_EXCEL = dt.datetime(1899, 12, 30, tzinfo=dt.UTC)  # day 60 is a 29 February that never was

# The ranges do not meet. In years: seconds 1973 to 2128, milli- and microseconds alike,
# FILETIME 1918 to 2045, Apple's nanoseconds from 2015 on, Unix nanoseconds from 2001 on.
_CLOCKS = (
    _Clock(10**8, 5 * 10**9, _UNIX, _MICRO),
    _Clock(10**11, 5 * 10**12, _UNIX, 1_000),
    _Clock(10**14, 5 * 10**15, _UNIX, 1),
    _Clock(10**16, 18 * 10**15, _WINDOWS, 1),
    _Clock(10**17, 14 * 10**16, _WINDOWS, 0.1),
    _Clock(45 * 10**16, 95 * 10**16, _APPLE, 0.001),
    _Clock(10**18, 5 * 10**18, _UNIX, 0.001),
)
_APPLE_SECONDS = _Clock(10**7, 2 * 10**9, _APPLE, _MICRO)
_OF_APPLE = re.compile(r"apple|cocoa|core ?data|mac ?abs|cfabsolute|nsdate|2001")
_COUNT = re.compile(r"(\d{8,19})(?:\.(\d+))?")
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.(\d+))?")  # 1954 to 2119


def is_count(text: str) -> bool:
    """Whether this may be a time that is counted, not written."""
    return _COUNT.fullmatch(text) is not None or _SERIAL.fullmatch(text) is not None


def put_forward(text: str, days: int) -> str:
    """A spreadsheet's serial number with more days; any other text as it is."""
    serial = _SERIAL.fullmatch(text.strip()) if days else None
    return f"{int(serial[1]) + days}.{serial[2] or 0}" if serial else text


def counted_time(text: str, column: str = "") -> str | None:
    """The time as ISO 8601; None where it is no count of any clock.

    `column` is the header: only one that names Apple's clock makes a small count seconds since
    2001. A spreadsheet's serial number is local time; all else is UTC.
    """
    serial = _SERIAL.fullmatch(text)
    if serial:
        return _serial_time(int(serial[1]), serial[2] or "")
    found = _COUNT.fullmatch(text)
    if found is None:
        return None
    clock = _clock(int(found[1]), column)
    return _since(clock, int(found[1]), found[2] or "") if clock else None


def _clock(count: int, column: str) -> _Clock | None:
    fits = (clock for clock in _CLOCKS if clock.least <= count < clock.most)
    if _OF_APPLE.search(column.lower().replace("_", " ")):
        apple = _APPLE_SECONDS.least <= count < _APPLE_SECONDS.most
        return _APPLE_SECONDS if apple else next(fits, None)
    return next(fits, None)


def _since(clock: _Clock, count: int, fraction: str) -> str:
    # Whole numbers as far as they go: 18 digits are more than a float holds.
    micros = count * int(clock.unit) if clock.unit >= 1 else count // round(1 / clock.unit)
    micros += int(float(f"0.{fraction or 0}") * clock.unit)
    return _iso(clock.epoch + dt.timedelta(microseconds=micros))


def _serial_time(day: int, fraction: str) -> str:
    if not fraction.strip("0"):
        return (_EXCEL + dt.timedelta(days=day)).date().isoformat()
    seconds = round(float(f"0.{fraction}") * 86400)
    return _iso((_EXCEL + dt.timedelta(days=day, seconds=seconds)).replace(tzinfo=None))


def _iso(time: dt.datetime) -> str:
    return time.isoformat(timespec="microseconds" if time.microsecond else "seconds")
