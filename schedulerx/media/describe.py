"""What a picture, a video or a recording is: sizes, times, camera, place. Headers only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from mmap import mmap
from pathlib import Path

from schedulerx.formats import jpeg, png, raw, riff
from schedulerx.formats.mapped import mapped
from schedulerx.formats.tiff_tags import TiffTags, number
from schedulerx.media import recordings
from schedulerx.media.exif import Exif, parse_exif
from schedulerx.media.pictures import opened
from schedulerx.media.raw_kinds import RAW_TYPES
from schedulerx.model.record import Description

# Headers only are read here; the budget for decoding is held by validate.
_WIDTH, _HEIGHT = 0x0100, 0x0101
_MAX_PIXELS = sys.maxsize


def _described(
    exif: Exif, width: int | None, height: int | None, frames: int | None = None
) -> Description:
    return Description(
        width=width or None,
        height=height or None,
        frames=frames,
        orientation=exif.orientation,
        captured_at=exif.captured_at,
        captured_from=exif.captured_from,
        camera_make=exif.make,
        camera_model=exif.model,
        gps=exif.gps,
    )


def describe_jpeg(path: Path) -> Description:
    """From the markers."""
    with mapped(path) as data:
        found = jpeg.layout(data)
    return _described(parse_exif(found.exif), found.width, found.height)


def describe_png(path: Path) -> Description:
    """From IHDR and eXIf."""
    with mapped(path) as data:
        ihdr = png.header(data)
        exif = parse_exif(_png_exif(data))
    size = (ihdr.width, ihdr.height) if ihdr else (None, None)
    return _described(exif, *size)


def _png_exif(data: mmap) -> bytes | None:
    for chunk in png.chunks(data):
        if chunk.kind == b"eXIf":
            return data[chunk.start : chunk.start + chunk.length]
    return None


def describe_webp(path: Path) -> Description:
    """From the decoder's header and the EXIF chunk."""
    with mapped(path) as data:
        blocks = [
            data[c.start : c.start + c.length] for c in riff.chunks(data) if c.kind == b"EXIF"
        ]
    plain = describe_by_pillow(path)
    return _described(
        parse_exif(blocks[0] if blocks else None), plain.width, plain.height, plain.frames
    )


def describe_tiff(path: Path) -> Description:
    """From the first directory, which is EXIF in a TIFF file. Pillow would turn it upright."""
    with mapped(path) as data:
        exif, tags = parse_exif(data), TiffTags(data).first()
        width, height = number(tags, _WIDTH), number(tags, _HEIGHT)
    plain = describe_by_pillow(path)
    size = (int(width), int(height)) if width and height else (plain.width, plain.height)
    return _described(exif, *size, plain.frames)


def describe_raw(path: Path) -> Description:
    """From the directories: the size of the full picture, the camera's EXIF."""
    with mapped(path) as data:
        return _described(parse_exif(data), *raw.size(data))


def describe_by_pillow(path: Path) -> Description:
    """Size and frames of whatever Pillow opens, and EXIF where it finds some.

    HEIF is upright when opened, and its orientation then 1.
    """
    with opened(path, _MAX_PIXELS) as image:
        exif = parse_exif(image.info.get("exif"))
        return _described(exif, image.width, image.height, getattr(image, "n_frames", None))


DESCRIBERS: dict[str, Callable[[Path], Description]] = {
    "image/jpeg": describe_jpeg,
    "image/png": describe_png,
    "image/webp": describe_webp,
    "image/tiff": describe_tiff,
    **dict.fromkeys(RAW_TYPES, describe_raw),
}


def describer(media_type: str) -> Callable[[Path], Description] | None:
    """The function that describes files of this type, or None."""
    if media_type in DESCRIBERS:
        return DESCRIBERS[media_type]
    if media_type.startswith(("video/", "audio/")):
        return recordings.describe
    if media_type == "image/svg+xml":
        return None
    return describe_by_pillow if media_type.startswith("image/") else None
