"""Compressed copies: smaller pictures that still know when, where and with what they were taken."""

from __future__ import annotations

from pathlib import Path

from schedulerx.library.names import split
from schedulerx.library.settings import LibrarySettings
from schedulerx.media.decoding import decode
from schedulerx.media.geometry import Covering
from schedulerx.media.pictures import opened
from schedulerx.media.raw_kinds import RAW_TYPES
from schedulerx.model.library import Item
from schedulerx.settings import RenditionSettings, ValidateSettings

COMPRESSED_EXTENSION = ".jpg"
_ORIENTATION, _UPRIGHT = 0x0112, 1
_DETAILS, _PLACE = 0x8769, 0x8825  # directories that hang on the first
_LONGEST_EXIF = 65_000  # bytes: one segment of a JPEG file
_START, _APP1 = b"\xff\xd8", b"\xff\xe1"
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


def compressed(
    path: Path, item: Item, settings: LibrarySettings, limits: ValidateSettings
) -> bytes | None:
    """The picture as JPEG, or None where only its own bytes can show it.

    Raises:
        RejectedInput, OSError, ValueError, SyntaxError: the decoder gives up.
    """
    if not compressible(item):
        return None
    exif = _exif(path, limits.max_pixels)
    if exif is None:
        return None
    base = Covering((RenditionSettings(name="compressed", size=settings.size),))
    picture = decode(path, item.media_type or "", limits, base).picture
    return _with_exif(picture.jpeg(settings.quality), exif) if picture is not None else None


def _exif(path: Path, max_pixels: int) -> bytes | None:
    """What the camera wrote, upright; None where the picture has clear parts, or it is too long."""
    with opened(path, max_pixels) as image:
        if image.has_transparency_data:
            return None
        tags = image.getexif()
        if not tags:
            return b""
        tags[_ORIENTATION] = _UPRIGHT
        tags.get_ifd(_DETAILS)
        tags.get_ifd(_PLACE)
        written = tags.tobytes()
        return written if len(written) <= _LONGEST_EXIF else None


def _with_exif(jpeg: bytes, exif: bytes) -> bytes:
    """The JPEG file with the block as its first segment, where readers look for it."""
    if not exif:
        return jpeg
    return b"".join((_START, _APP1, (len(exif) + 2).to_bytes(2, "big"), exif, jpeg[len(_START) :]))
