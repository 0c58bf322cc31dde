"""Camera RAW built on TIFF: which maker's, and the picture to show for it."""

from __future__ import annotations

import io
from pathlib import Path

from schedulerx.formats import raw
from schedulerx.formats.mapped import mapped
from schedulerx.formats.tiff_tags import TiffTags, number, text

_SUBFILE_TYPE, _MAKE, _SUB_DIRECTORIES, _DNG_VERSION = 0x00FE, 0x010F, 0x014A, 0xC612
_REDUCED = 1  # TIFF 6.0: this directory is a reduced copy of another
_DNG, _CR2 = "image/x-adobe-dng", "image/x-canon-cr2"
_MAKERS = (
    ("nikon", "image/x-nikon-nef"),
    ("sony", "image/x-sony-arw"),
    ("pentax", "image/x-pentax-pef"),
    ("samsung", "image/x-samsung-srw"),
)
RAW_TYPES = frozenset({_DNG, _CR2, *(found for _, found in _MAKERS)})


def tiff_media_type(head: bytes) -> str:
    """Camera RAW is a TIFF whose first picture is a reduced copy of the real one."""
    tags = TiffTags(head).first()
    if _DNG_VERSION in tags:
        return _DNG
    if number(tags, _SUBFILE_TYPE) == _REDUCED and _SUB_DIRECTORIES in tags:
        make = (text(tags, _MAKE) or "").lower()
        for maker, found in _MAKERS:
            if make.startswith(maker):
                return found
    return "image/tiff"


def preview(path: Path) -> io.BytesIO | None:
    """The largest picture that the camera put beside its sensor's data, or None."""
    with mapped(path) as data:
        found = raw.previews(data)
        if not found:
            return None
        return io.BytesIO(data[found[0].start : found[0].start + found[0].length])
