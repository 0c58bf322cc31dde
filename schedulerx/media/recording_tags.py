"""What a video or a recording says of itself: QuickTime's, Matroska's, Vorbis's and ID3's tags."""

from __future__ import annotations

import re
from collections.abc import Iterable

import av

from schedulerx.media.places import iso_6709_place
from schedulerx.media.times import iso_time
from schedulerx.model.record import Description

_APPLE = "com.apple.quicktime."
# Local time with an offset first; `creation_time` is UTC by the format's own rule, and left at
# 1904 or 1970 by writers that do not know the time.
_TIMES = (_APPLE + "creationdate", "com.android.capture.time", "date_recorded", "date")
_UTC_TIMES = ("creation_time",)
_PLACES = (_APPLE + "location.iso6709", "location", "location-eng")
_MAKES = (_APPLE + "make", "com.android.manufacturer", "make")
_MODELS = (_APPLE + "model", "com.android.model", "model")
_SOFTWARE = (_APPLE + "software", "com.android.version", "software")
_ALTITUDE = re.compile(r"[+-][\d.]+[+-][\d.]+([+-]\d+(?:\.\d+)?)")
_LONGEST = 2000  # characters kept of a tag


class Tags:
    """Tags by name without regard to case: of the file first, then of its streams."""

    def __init__(self, container: av.container.InputContainer) -> None:
        self._found: dict[str, tuple[str, str]] = {}
        for metadata in (container.metadata, *(each.metadata for each in container.streams)):
            for name, value in metadata.items():
                written = str(value).replace("\x00", "").strip()[:_LONGEST]
                if written:
                    self._found.setdefault(name.lower(), (name, written))

    def first(self, *names: str) -> str | None:
        """The value of the first of these tags that is there."""
        return next((value for _, value in self.all(names)), None)

    def all(self, names: Iterable[str]) -> Iterable[tuple[str, str]]:
        """Those of these tags that are there, each as it is written, with its value."""
        return [self._found[name] for name in names if name in self._found]


def told(tags: Tags) -> Description:
    """The time, the place, the camera and the words of a recording."""
    captured_at, captured_from = _captured(tags)
    gps, gps_from, altitude = _place(tags)
    return Description(
        captured_at=captured_at,
        captured_from=captured_from,
        camera_make=tags.first(*_MAKES),
        camera_model=tags.first(*_MODELS),
        software=tags.first(*_SOFTWARE),
        gps=gps,
        gps_from=gps_from,
        altitude_m=altitude,
        title=tags.first("title", _APPLE + "title", _APPLE + "displayname"),
        caption=tags.first("description", "comment", _APPLE + "description", _APPLE + "comment"),
        keywords=_keywords(tags),
        author=tags.first("artist", "author", _APPLE + "artist", _APPLE + "author"),
        album=tags.first("album", _APPLE + "album"),
        copyright=tags.first("copyright", _APPLE + "copyright"),
        content_identifier=tags.first(_APPLE + "content.identifier"),
    )


def _captured(tags: Tags) -> tuple[str | None, str | None]:
    for name, written in tags.all((*_TIMES, *_UTC_TIMES)):
        # A date alone, or a year as records have it, is no time of capture.
        moment = iso_time(_with_colon(written)) if ":" in written else None
        if moment is not None:
            return moment, name
    return None, None


def _with_colon(written: str) -> str:
    return re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", written)


def _place(tags: Tags) -> tuple[tuple[float, float] | None, str | None, float | None]:
    for name, written in tags.all(_PLACES):
        place = iso_6709_place(written)
        if place is not None:
            above = _ALTITUDE.match(written)
            return place, name, float(above.group(1)) if above else None
    return None, None, None


def _keywords(tags: Tags) -> tuple[str, ...]:
    written = tags.first("keywords", _APPLE + "keywords") or ""
    return tuple(sorted({word.strip() for word in re.split(r"[,;]", written)} - {""}))
