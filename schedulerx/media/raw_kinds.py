"""Camera RAW: which maker's."""

from __future__ import annotations

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
# With a container, or a magic, of their own.
_OWN = ("image/x-canon-cr3", "image/x-panasonic-rw2", "image/x-olympus-orf", "image/x-fuji-raf")
RAW_TYPES = frozenset({_DNG, _CR2, *(found for _, found in _MAKERS), *_OWN})


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
