"""Facts from EXIF (CIPA DC-008): time, camera, orientation, place. What is bogus is left out."""

from __future__ import annotations

import math
import re
from mmap import mmap

import msgspec

from schedulerx.formats.tiff_tags import Directory, TiffTags, number, text
from schedulerx.media.times import exif_time

_MAKE, _MODEL, _ORIENTATION = 0x010F, 0x0110, 0x0112
_EXIF_POINTER, _GPS_POINTER = 0x8769, 0x8825
_ORIGINAL, _ORIGINAL_OFFSET = 0x9003, 0x9011
_DIGITIZED, _DIGITIZED_OFFSET = 0x9004, 0x9012
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_ISO_6709 = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)")

Place = tuple[float, float]


class Exif(msgspec.Struct, frozen=True, kw_only=True):
    """What a camera wrote. `captured_from` names the tag the time came from."""

    orientation: int | None = None
    captured_at: str | None = None
    captured_from: str | None = None
    make: str | None = None
    model: str | None = None
    gps: Place | None = None


NOTHING = Exif()


def parse_exif(block: bytes | mmap | None) -> Exif:
    """The facts in an EXIF block: a TIFF structure, with or without the mark `Exif` before it."""
    if not block:
        return NOTHING
    start = 6 if block[:4] == b"Exif" else 0
    tags = TiffTags(block[start:] if start else block)
    main = tags.first()
    detail = tags.under(main, _EXIF_POINTER)
    captured_at, captured_from = _captured(detail)
    return Exif(
        orientation=_orientation(main),
        captured_at=captured_at,
        captured_from=captured_from,
        make=text(main, _MAKE),
        model=text(main, _MODEL),
        gps=_place(tags.under(main, _GPS_POINTER)),
    )


def _captured(detail: Directory) -> tuple[str | None, str | None]:
    for tag, offset, name in (
        (_ORIGINAL, _ORIGINAL_OFFSET, "DateTimeOriginal"),
        (_DIGITIZED, _DIGITIZED_OFFSET, "CreateDate"),
    ):
        moment = exif_time(text(detail, tag), text(detail, offset))
        if moment is not None:
            return moment, f"EXIF:{name}"
    return None, None


def _orientation(main: Directory) -> int | None:
    value = number(main, _ORIENTATION)
    return int(value) if value is not None and value in range(1, 9) else None


def _place(gps: Directory) -> Place | None:
    latitude = _degrees(gps.get(_LATITUDE), text(gps, _LATITUDE_REF), "NS")
    longitude = _degrees(gps.get(_LONGITUDE), text(gps, _LONGITUDE_REF), "EW")
    return plausible_place(latitude, longitude)


def _degrees(parts: object, reference: str | None, letters: str) -> float | None:
    """Degrees, minutes and seconds as one number; a missing minute or second is none at all."""
    side = (reference or "").upper()[:1]
    if not isinstance(parts, tuple) or not parts or side == "" or side not in letters:
        return None
    whole, minutes, seconds = (float(part) for part in (*parts, 0.0, 0.0)[:3])
    value = whole + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or min(whole, minutes, seconds) < 0:
        return None
    return -value if side in "SW" else value


def plausible_place(latitude: float | None, longitude: float | None) -> Place | None:
    """The place, unless incomplete, off the globe, or 0,0: where receivers without a fix are."""
    if latitude is None or longitude is None:
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # a NaN is off the globe, too
        return None
    if abs(latitude) < 1e-6 and abs(longitude) < 1e-6:
        return None
    return round(latitude, 7), round(longitude, 7)


def iso_6709_place(written: str | None) -> Place | None:
    """`+12.3456-098.7654+010.500/`, as video files write it."""
    found = _ISO_6709.match(written or "")
    return plausible_place(float(found.group(1)), float(found.group(2))) if found else None
