"""Sidecars of Google Takeout: what they tell, and the names they lie under.

A picture's sidecar is its name with `.json` or `.supplemental-metadata.json`; what stands before
`.json` is cut to 46 characters, and the number of a second file of one name (`a(1).jpg`) stands
after the extension (`a.jpg(1).json`). Observed in exports; Google documents none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from schedulerx.media.cameras import caption, tidy
from schedulerx.media.facts import Facts, Told, together
from schedulerx.media.moments import Moment
from schedulerx.media.places import plausible_altitude, plausible_place
from schedulerx.media.times import plausible
from schedulerx.model.record import Description

_MAX_BYTES = 1024 * 1024
_LONGEST = 51 - len(".json")
_SUFFIX = ".supplemental-metadata"
_NUMBERED = re.compile(r"(.+)(\(\d{1,4}\))(\.[^.]+)")


class _Time(msgspec.Struct):
    timestamp: str = ""


class _Place(msgspec.Struct):
    latitude: float = 0.0
    longitude: float = 0.0
    altitude: float = 0.0


class _Sidecar(msgspec.Struct, rename="camel"):
    """The fields that are read; `title` is the picture's name before it was exported."""

    title: str
    photo_taken_time: _Time
    description: str = ""
    geo_data: _Place = msgspec.field(default_factory=_Place)
    geo_data_exif: _Place = msgspec.field(default_factory=_Place)


_DECODER = msgspec.json.Decoder(_Sidecar)


def describe_takeout(path: Path) -> Told | None:
    """What a sidecar tells of its picture; None where the JSON is none."""
    if path.stat().st_size > _MAX_BYTES:
        return None
    try:
        sidecar = _DECODER.decode(path.read_bytes())
    except (msgspec.DecodeError, RecursionError):
        return None
    place, altitude, tag = _where(sidecar)
    moment = _when(sidecar)
    what = Description(
        caption=caption(sidecar.description),
        gps=place,
        gps_from=tag if place else None,
        altitude_m=altitude if place else None,
        describes=tidy(sidecar.title),
    )
    return together([Facts(what=what, moments=(moment,) if moment else ())])


def _when(sidecar: _Sidecar) -> Moment | None:
    """Seconds since 1970, UTC; the zone where the picture was taken is not told."""
    try:
        moment = datetime.fromtimestamp(int(sidecar.photo_taken_time.timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    local = moment.replace(tzinfo=None)
    return Moment("Takeout:photoTakenTime", local, "+00:00") if plausible(local) else None


def _where(sidecar: _Sidecar) -> tuple[tuple[float, float] | None, float | None, str]:
    for data, tag in ((sidecar.geo_data, "geoData"), (sidecar.geo_data_exif, "geoDataExif")):
        place = plausible_place(data.latitude, data.longitude)
        if place is not None:
            return place, plausible_altitude(data.altitude) or None, f"Takeout:{tag}"
    return None, None, ""


def takeout_names(name: str) -> Iterator[str]:
    """The names a picture's sidecar may lie under."""
    numbered = _NUMBERED.fullmatch(name)
    plain, number = name, ""
    if numbered:
        plain, number = numbered.group(1) + numbered.group(3), numbered.group(2)
    for base in (plain, plain + _SUFFIX):
        yield f"{base[:_LONGEST]}{number}.json"
        if number:
            yield f"{base[: _LONGEST - len(number)]}{number}.json"
    if number:
        # Some exports leave the number where it is.
        yield f"{name[:_LONGEST]}.json"
