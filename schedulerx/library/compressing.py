"""Compressed copies: smaller pictures that still know when, where and with what they were taken."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from schedulerx.library.names import split
from schedulerx.library.settings import LibrarySettings
from schedulerx.media.pictures import opened
from schedulerx.media.raw_kinds import RAW_TYPES
from schedulerx.media.renditions import upright
from schedulerx.model.library import Item

COMPRESSED_EXTENSION = ".jpg"
_ORIENTATION, _UPRIGHT = 0x0112, 1
_LONGEST_EXIF = 65_000  # bytes: one segment of a JPEG file
# RAW would lose what it is kept for, drawings have no pixels, and the others may move or be clear.
_KEPT = RAW_TYPES | {"image/svg+xml", "image/gif", "image/vnd.microsoft.icon", "image/apng"}


def compressible(item: Item) -> bool:
    """Whether a smaller copy is worth trying. Live Photos keep their bytes: those link the two."""
    if item.pair is not None or item.kind != "photo" or item.media_type in _KEPT:
        return False
    return (item.description.frames or 1) == 1


def compressed_name(item: Item) -> str:
    """Where the compressed copy lies: the original's path, its own extension behind it."""
    path = item.original.path.partition("/")[2]
    return path if split(path)[1].lower() in {".jpg", ".jpeg"} else path + COMPRESSED_EXTENSION


def compressed(path: Path, item: Item, settings: LibrarySettings, max_pixels: int) -> bytes | None:
    """The picture as JPEG, or None where only its own bytes can show it.

    Raises:
        OSError, ValueError, SyntaxError: the decoder gives up.
    """
    if not compressible(item):
        return None
    exif = _exif(path, max_pixels)
    if exif is None:
        return None
    image = upright(path, settings.size, max_pixels)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=settings.quality, optimize=True, progressive=True, exif=exif)
    return out.getvalue()


def _exif(path: Path, max_pixels: int) -> bytes | None:
    """What the camera wrote, upright; None where the picture has clear parts or more to it."""
    with opened(path, max_pixels) as image:
        if image.has_transparency_data:
            return None
        tags = image.getexif()
        if not tags:
            return b""
        tags[_ORIENTATION] = _UPRIGHT
        written = _written(tags)
        return written if len(written) <= _LONGEST_EXIF else None


def _written(tags: Image.Exif) -> bytes:
    """The tags as a block, with the directories that hang on them."""
    tags.get_ifd(0x8769)
    tags.get_ifd(0x8825)
    return tags.tobytes()
