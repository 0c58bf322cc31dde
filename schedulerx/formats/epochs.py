"""Times as phones and programs store them, counted from an epoch or written, as ISO 8601."""

from __future__ import annotations

import datetime as dt

_APPLE_EPOCH_S = 978_307_200  # 2001-01-01 UTC, Apple's reference date
_ABSURD = 10**22  # beyond the year 9999 even in nanoseconds, as is infinity
_FAR_S = 100_000_000_000  # in seconds the year 5138: larger counts are of a finer unit


def unix_time(count: float) -> str | None:
    """Seconds, milli-, micro- or nanoseconds since 1970, told by magnitude; None where unset."""
    if not 0 < count < _ABSURD:
        return None
    scale = 1
    while count / scale >= _FAR_S and scale < 10**9:
        scale *= 1000
    return _iso(*_seconds(count, scale))


def apple_time(count: float) -> str | None:
    """Seconds or nanoseconds since 2001, told by magnitude; None where unset."""
    if count == 0 or not abs(count) < _ABSURD:
        return None
    seconds, micro = _seconds(count, 10**9 if abs(count) >= _FAR_S else 1)
    return _iso(seconds + _APPLE_EPOCH_S, micro)


def _seconds(count: float, scale: int) -> tuple[int, int]:
    """Whole seconds of a count of `scale` a second, and the microseconds beside them."""
    if isinstance(count, int):
        return count // scale, count % scale * 10**6 // scale
    whole = count // scale
    return int(whole), round((count / scale - whole) * 1000) * 1000


def _iso(seconds: int, micro: int) -> str | None:
    try:
        time = dt.datetime.fromtimestamp(seconds, dt.UTC) + dt.timedelta(microseconds=micro)
    except (OverflowError, OSError, ValueError):
        return None
    return time.isoformat(timespec="microseconds" if time.microsecond else "seconds")


def iso_time(written: str) -> str | None:
    """A time that claims to be ISO 8601, in Python's form of it; None where it is none."""
    try:
        return dt.datetime.fromisoformat(written.strip()).isoformat()
    except (ValueError, OverflowError):
        return None
