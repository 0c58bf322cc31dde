"""What a picture, a video or a recording is: sizes, times, camera, place. Headers only."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from schedulerx.formats import gif, jpeg, png
from schedulerx.formats.mapped import mapped
from schedulerx.formats.tiff_tags import TiffTags, number
from schedulerx.media import embedded, recordings
from schedulerx.media.embedded import Blocks, told
from schedulerx.media.facts import Told
from schedulerx.media.pictures import opened
from schedulerx.media.raw_files import raw_file
from schedulerx.media.raw_kinds import RAW_TYPES
from schedulerx.media.sidecars import SIDECARS
from schedulerx.model.record import Description

# Headers only are read here; the budget for decoding is held by validate.
_WIDTH, _HEIGHT = 0x0100, 0x0101
_MAX_PIXELS = sys.maxsize
_MOST_DIRECTORIES = 20_000


def _sized(width: int | None, height: int | None, frames: int | None = None) -> Description:
    return Description(width=width or None, height=height or None, frames=frames)


def describe_jpeg(path: Path) -> Told:
    """From the markers."""
    with mapped(path) as data:
        found = jpeg.header(data)
    return told(embedded.in_jpeg(found), _sized(found.width, found.height))


def describe_png(path: Path) -> Told:
    """From the chunks."""
    with mapped(path) as data:
        ihdr, blocks = png.header(data), embedded.in_png(data)
    return told(blocks, _sized(ihdr.width, ihdr.height) if ihdr else None)


def describe_webp(path: Path) -> Told:
    """From the decoder's header and the chunks."""
    with mapped(path) as data:
        blocks = embedded.in_webp(data)
    return told(blocks, _by_pillow(path)[0])


def describe_gif(path: Path) -> Told:
    """From the decoder's header and the extensions."""
    with mapped(path) as data:
        deque(gif.frames(data), maxlen=0)  # what would hold up the decoder is found before it
        blocks = embedded.in_gif(data)
    return told(blocks, _by_pillow(path)[0])


def describe_tiff(path: Path) -> Told:
    """From the first directory, which is EXIF in a TIFF file. Pillow would turn it upright."""
    with mapped(path) as data:
        found = TiffTags(data)
        # The decoder looks for each directory among all before it.
        is_long = found.directories(_MOST_DIRECTORIES) == _MOST_DIRECTORIES
        own = Description() if is_long else _by_pillow(path)[0]
        tags = found.first()
        width, height = number(tags, _WIDTH), number(tags, _HEIGHT)
        if width and height:
            own = _sized(int(width), int(height), own.frames)
        return told(embedded.in_tiff(data), own)


def describe_raw(path: Path) -> Told:
    """From the maker's own structures: the size of the full picture, the camera's EXIF."""
    with mapped(path) as data:
        found = raw_file(data)
        blocks = embedded.in_tiff(data)
        if found.xmp is not None:
            blocks = Blocks(xmp=found.xmp)
        return told(replace(blocks, exif=None), _sized(found.width, found.height), found.facts)


def describe_by_pillow(path: Path) -> Told:
    """Size and frames of whatever Pillow opens, and the blocks it finds.

    HEIF is upright when opened, and its orientation then 1.
    """
    own, blocks = _by_pillow(path)
    return told(blocks, own)


def _by_pillow(path: Path) -> tuple[Description, Blocks]:
    with opened(path, _MAX_PIXELS) as image:
        exif, xmp, icc = (image.info.get(name) for name in ("exif", "xmp", "icc_profile"))
        own = _sized(image.width, image.height, getattr(image, "n_frames", None))
        return own, Blocks(exif=_bytes(exif), xmp=_bytes(xmp), icc=_bytes(icc))


def _bytes(value: object) -> bytes | None:
    """A block as Pillow hands it over; some decoders give text, or nothing."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return value if isinstance(value, bytes) else None


def describe_recording(path: Path) -> Told:
    """A video or a sound recording."""
    return Told(what=recordings.describe(path))


DESCRIBERS: dict[str, Callable[[Path], Told]] = {
    "image/jpeg": describe_jpeg,
    "image/png": describe_png,
    "image/webp": describe_webp,
    "image/gif": describe_gif,
    "image/tiff": describe_tiff,
    **dict.fromkeys(RAW_TYPES, describe_raw),
}


def describer(media_type: str) -> Callable[[Path], Told | None] | None:
    """The function that describes files of this type, or None."""
    if media_type in DESCRIBERS:
        return DESCRIBERS[media_type]
    if media_type in SIDECARS:
        return SIDECARS[media_type]
    if media_type.startswith(("video/", "audio/")):
        return describe_recording
    if media_type == "image/svg+xml":
        return None
    return describe_by_pillow if media_type.startswith("image/") else None
