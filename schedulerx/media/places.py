"""Where a picture was taken: only a place on the globe that a receiver can have found is a fact."""

from __future__ import annotations

import re

_ISO_6709 = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)")
# From below the Dead Sea's shore to above any aeroplane, in metres.
_LOWEST, _HIGHEST = -1_000, 50_000

Place = tuple[float, float]


def plausible_place(latitude: float | None, longitude: float | None) -> Place | None:
    """The place, unless incomplete, off the globe, or 0,0: where receivers without a fix are."""
    if latitude is None or longitude is None or refused_place(latitude, longitude):
        return None
    return round(latitude, 7), round(longitude, 7)


def refused_place(latitude: float, longitude: float) -> str | None:
    """A sentence on why this is no place, or None where it is one."""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # a NaN is off the globe, too
        return f"the position {latitude:g}, {longitude:g} is not on the globe; it is left out"
    if abs(latitude) < 1e-6 and abs(longitude) < 1e-6:
        return "the position is 0, 0, as receivers without a fix write it; it is left out"
    return None


def plausible_altitude(metres: float | None) -> float | None:
    """Metres above the sea, to the decimetre; None where no camera can have been."""
    if metres is None or not _LOWEST <= metres <= _HIGHEST:  # nor is a NaN within
        return None
    return round(metres, 1)


def iso_6709_place(written: str | None) -> Place | None:
    """`+12.3456-098.7654+010.500/`, as video files write it."""
    found = _ISO_6709.match(written or "")
    return plausible_place(float(found.group(1)), float(found.group(2))) if found else None
