"""Facts from EXIF (CIPA DC-008): time, camera, exposure, place. What is bogus is left out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from mmap import mmap

from msgspec.structs import replace

from schedulerx.formats.tiff_tags import Directory, TiffTags, number, text
from schedulerx.media.apple_notes import content_identifier
from schedulerx.media.cameras import brand, caption, lens_of, tidy
from schedulerx.media.facts import Facts, together
from schedulerx.media.moments import Moment
from schedulerx.media.places import Place, plausible_altitude, plausible_place, refused_place
from schedulerx.media.times import exif_moment, exif_offset
from schedulerx.model.record import Description

# In the first directory.
_CAPTION, _MAKE, _MODEL, _ORIENTATION, _SOFTWARE = 0x010E, 0x010F, 0x0110, 0x0112, 0x0131
_MODIFIED, _ARTIST, _COPYRIGHT, _RATING, _DNG_SERIAL = 0x0132, 0x013B, 0x8298, 0x4746, 0xC62F
_TITLE, _COMMENT, _AUTHOR, _KEYWORDS = 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E  # Windows: UTF-16
_EXIF_POINTER, _GPS_POINTER = 0x8769, 0x8825
# In the camera's.
_EXPOSURE, _APERTURE, _ISO, _FOCAL = 0x829A, 0x829D, 0x8827, 0x920A
_ORIGINAL, _ORIGINAL_OFFSET, _ORIGINAL_FRACTION = 0x9003, 0x9011, 0x9291
_DIGITIZED, _DIGITIZED_OFFSET, _DIGITIZED_FRACTION = 0x9004, 0x9012, 0x9292
_MODIFIED_OFFSET, _MAKER_NOTE, _COLOUR_SPACE = 0x9010, 0x927C, 0xA001
_BODY_SERIAL, _LENS_SPECIFICATION, _LENS, _LENS_SERIAL = 0xA431, 0xA432, 0xA434, 0xA435
_SRGB = 1
# In the receiver's.
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_ALTITUDE_REF, _ALTITUDE, _FIX_TIME, _FIX_DATE = 5, 6, 7, 0x1D
_BELOW_SEA = (1, 3)

_TIMES = (
    ("EXIF:DateTimeOriginal", _ORIGINAL, _ORIGINAL_FRACTION, _ORIGINAL_OFFSET),
    ("EXIF:CreateDate", _DIGITIZED, _DIGITIZED_FRACTION, _DIGITIZED_OFFSET),
)


def parse_exif(block: bytes | mmap | None) -> Description:
    """The description that an EXIF block alone gives."""
    return together([exif_facts(block)]).what


def exif_facts(block: bytes | mmap | None) -> Facts:
    """The facts in an EXIF block: a TIFF structure, with or without the mark `Exif` before it."""
    if not block:
        return Facts()
    tags = TiffTags(block[6:] if block[:4] == b"Exif" else block)
    main = tags.first()
    detail = number(main, _EXIF_POINTER)
    note = tags.block(int(detail), _MAKER_NOTE) if detail is not None else None
    return directory_facts(
        main, tags.under(main, _EXIF_POINTER), tags.under(main, _GPS_POINTER), note
    )


def directory_facts(
    main: Directory, detail: Directory, gps: Directory, note: bytes | None = None
) -> Facts:
    """The facts in the three directories and the maker's note."""
    place, warning = _place(gps)
    broken = place is None and any(gps.get(tag) for tag in (_LATITUDE, _LONGITUDE))
    if broken and warning is None:
        warning = "the position in EXIF is incomplete; it is left out"
    what = replace(
        _camera(main, detail),
        gps=place,
        gps_from="EXIF:GPS" if place else None,
        altitude_m=_altitude(gps) if place else None,
        content_identifier=content_identifier(note) if note else None,
    )
    return Facts(
        what=what,
        moments=tuple(_moments(main, detail)),
        fix=_fix(gps),
        broken_place=broken,
        warnings=(warning,) if warning else (),
    )


def _camera(main: Directory, detail: Directory) -> Description:
    specification = detail.get(_LENS_SPECIFICATION, ())
    return Description(
        orientation=_orientation(main),
        camera_make=brand(text(main, _MAKE)),
        camera_model=tidy(text(main, _MODEL)),
        camera_serial=tidy(text(detail, _BODY_SERIAL)) or tidy(text(main, _DNG_SERIAL)),
        lens=tidy(text(detail, _LENS))
        or (lens_of(specification) if isinstance(specification, tuple) else None),
        lens_serial=tidy(text(detail, _LENS_SERIAL)),
        focal_length_mm=_measured(detail, _FOCAL, 10_000),
        aperture=_measured(detail, _APERTURE, 1_000),
        exposure_s=_measured(detail, _EXPOSURE, 86_400),
        iso=int(_measured(detail, _ISO, 10_000_000) or 0) or None,
        colour_profile="sRGB" if number(detail, _COLOUR_SPACE) == _SRGB else None,
        software=tidy(text(main, _SOFTWARE)),
        title=tidy(_wide(main, _TITLE)),
        caption=caption(text(main, _CAPTION)) or caption(_wide(main, _COMMENT)),
        keywords=_keywords(_wide(main, _KEYWORDS)),
        author=tidy(text(main, _ARTIST)) or tidy(_wide(main, _AUTHOR)),
        copyright=tidy(text(main, _COPYRIGHT)),
        rating=stars(number(main, _RATING)),
    )


def _orientation(main: Directory) -> int | None:
    value = number(main, _ORIENTATION)
    return int(value) if value is not None and value in range(1, 9) else None


def _measured(tags: Directory, tag: int, most: float) -> float | None:
    """A number above zero; bogus ones are left out."""
    value = number(tags, tag)
    return float(f"{value:.6g}") if value is not None and 0 < value <= most else None


def _wide(main: Directory, tag: int) -> str | None:
    """Text as Windows writes it: UTF-16 in bytes."""
    value = main.get(tag)
    if not isinstance(value, tuple) or not all(0 <= part <= 255 for part in value):
        return None
    return bytes(map(int, value)).decode("utf-16-le", "replace").split("\0", 1)[0]


def _keywords(written: str | None) -> tuple[str, ...]:
    words = (tidy(word) for word in (written or "").split(";"))
    return tuple(dict.fromkeys(word for word in words if word))


def stars(value: float | None) -> int | None:
    """A rating: 1 to 5 stars, -1 for rejected; 0 is none."""
    return int(value) if value is not None and value in {-1, 1, 2, 3, 4, 5} else None


def _moments(main: Directory, detail: Directory) -> Iterator[Moment]:
    for name, tag, fraction, offset in _TIMES:
        local = exif_moment(text(detail, tag), text(detail, fraction))
        if local is not None:
            yield Moment(name, local, exif_offset(text(detail, offset)))
    modified = exif_moment(text(main, _MODIFIED))
    if modified is not None:
        yield Moment("EXIF:OffsetTime", modified, exif_offset(text(detail, _MODIFIED_OFFSET)))


def _place(gps: Directory) -> tuple[Place | None, str | None]:
    """The place, or why what is written is none."""
    latitude = _degrees(gps.get(_LATITUDE), text(gps, _LATITUDE_REF), "NS")
    longitude = _degrees(gps.get(_LONGITUDE), text(gps, _LONGITUDE_REF), "EW")
    if latitude is None or longitude is None:
        return None, None
    return plausible_place(latitude, longitude), refused_place(latitude, longitude)


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


def _altitude(gps: Directory) -> float | None:
    metres = number(gps, _ALTITUDE)
    if metres is None:
        return None
    below = number(gps, _ALTITUDE_REF) in _BELOW_SEA
    return plausible_altitude(-metres if below else metres)


def _fix(gps: Directory) -> datetime | None:
    """When the satellites were heard, UTC. Without its date it is half a fact."""
    clock = gps.get(_FIX_TIME)
    day = exif_moment(f"{text(gps, _FIX_DATE) or ''} 00:00:00")
    if day is None or not isinstance(clock, tuple) or len(clock) != 3:
        return None
    hours, minutes, seconds = clock
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 61):  # nor are NaNs
        return None
    return day + timedelta(hours=hours, minutes=minutes, seconds=seconds)
