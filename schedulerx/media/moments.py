"""When a picture was taken: of all the times it bears, which counts, and in which zone.

A camera writes local time. Its offset from UTC stands beside it, or in another tag that tells the
same second, or follows from the time the satellites told.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from schedulerx.media.times import written_iso

# The tags that tell when a picture was taken, the most trusted first. Times of editing and of the
# file are none.
CAPTURES = (
    "EXIF:DateTimeOriginal",
    "XMP-exif:DateTimeOriginal",
    "IPTC:DateCreated",
    "XMP-photoshop:DateCreated",
    "EXIF:CreateDate",
    "XMP-exif:DateTimeDigitized",
    "PNG:Creation Time",
    "Takeout:photoTakenTime",
)
# These tell of the file: they lend an offset to a capture in the same second, no more.
ZONES = ("XMP-xmp:CreateDate", "EXIF:OffsetTime")

FIX = "EXIF:GPSDateTime"
_HALF_HOUR = timedelta(minutes=30)
_ODD_OFFSETS = tuple(timedelta(minutes=each) for each in (345, 525, 765))  # Nepal, Eucla, Chatham
_FARTHEST_WEST, _FARTHEST_EAST = timedelta(hours=-12), timedelta(hours=14)
_STALE = timedelta(minutes=3)  # between a fix and the picture, and of a camera's clock
_FARTHEST_FROM_SUN = 4.5  # hours between a zone and its longitude: Xinjiang keeps Beijing's time


class Moment(msgspec.Struct, frozen=True):
    """A local time, its offset from UTC where one is known, and the tag that told it."""

    tag: str
    local: datetime
    offset: str | None = None


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    """The time that counts, as ISO 8601, and whence it is."""

    captured_at: str
    captured_from: str
    zone_from: str | None = None


def capture(
    moments: Iterable[Moment], fix: datetime | None = None, longitude: float | None = None
) -> Capture | None:
    """The capture out of the times a picture bears; None where none of them is one.

    `fix` is UTC, as satellites told it, without a zone; `longitude` in degrees.
    """
    told = list(moments)
    taken = min(
        (moment for moment in told if moment.tag in CAPTURES),
        key=lambda moment: CAPTURES.index(moment.tag),
        default=None,
    )
    if taken is None:
        return None
    if taken.offset is not None:
        return _captured(taken, taken.offset)
    second = taken.local.replace(microsecond=0)
    for other in told:
        if other.offset is not None and other.local.replace(microsecond=0) == second:
            return _captured(taken, other.offset, other.tag)
    offset = offset_by_fix(taken.local, fix, longitude) if fix is not None else None
    return _captured(taken, offset or "", FIX if offset else None)


def _captured(taken: Moment, offset: str, zone_from: str | None = None) -> Capture:
    return Capture(
        captured_at=written_iso(taken.local) + offset, captured_from=taken.tag, zone_from=zone_from
    )


def offset_by_fix(local: datetime, fix: datetime, longitude: float | None = None) -> str | None:
    """The offset of a zone that explains the difference, or None where none does.

    Receivers may tell an old fix, and some phones write local time for UTC: the difference must be
    an offset in use to three minutes, and one that suits the longitude.
    """
    difference = local - fix
    offset = round(difference / _HALF_HOUR) * _HALF_HOUR
    offset = min((offset, *_ODD_OFFSETS), key=lambda each: abs(difference - each))
    if abs(difference - offset) > _STALE or not _FARTHEST_WEST <= offset <= _FARTHEST_EAST:
        return None
    if longitude is not None and not _suits(offset / timedelta(hours=1), longitude / 15):
        return None
    return _offset_text(offset)


def _suits(hours: float, by_the_sun: float) -> bool:
    """Whether a zone lies near its longitude; at the date line one longitude has two dates."""
    apart = abs(hours - by_the_sun)
    return min(apart, abs(apart - 24)) <= _FARTHEST_FROM_SUN


def _offset_text(offset: timedelta) -> str:
    minutes = int(offset / timedelta(minutes=1))
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
