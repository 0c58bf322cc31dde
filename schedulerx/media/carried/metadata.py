"""The metadata that goes with a rendition, by the setting `metadata`."""

from __future__ import annotations

from mmap import mmap

import msgspec

from schedulerx.media.carried.exif import carried_exif, without_maker_notes
from schedulerx.media.carried.iptc import carried_iptc
from schedulerx.media.carried.xmp import carried_xmp

_LARGEST = 65_400  # bytes of a JPEG segment, less the marks before the metadata


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """Blocks to write into a rendition. `exif` is a TIFF structure, without a mark before it."""

    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    left_out: tuple[str, ...] = ()  # too large for a segment


NOTHING = Carried()


def carried(
    how: str,
    *,
    exif: bytes | mmap | None = None,
    xmp: bytes | None = None,
    iptc: bytes | None = None,
) -> Carried:
    """From the blocks of the original; `how` is `none`, `keep` or `keep_without_location`."""
    if how == "none":
        return NOTHING
    location = how == "keep"
    kept_exif = carried_exif(exif, location=location) if exif else None
    if kept_exif and len(kept_exif) > _LARGEST:
        kept_exif = without_maker_notes(kept_exif)
    found = {
        "exif": kept_exif,
        "xmp": carried_xmp(xmp, location=location) if xmp else None,
        "iptc": carried_iptc(iptc, location=location) if iptc else None,
    }
    large = tuple(name for name, block in found.items() if block and len(block) > _LARGEST)
    return Carried(**{**found, **dict.fromkeys(large)}, left_out=large)
