"""A camera's RAW file, whoever made the camera: size, previews, where its data ends, its facts."""

from __future__ import annotations

from mmap import mmap

import msgspec

from schedulerx.formats import cr3, jpeg, raf, raw
from schedulerx.formats.raw import Preview
from schedulerx.formats.tiff_tags import TiffTags, number
from schedulerx.media.exif import directory_facts, exif_facts
from schedulerx.media.facts import Facts
from schedulerx.media.olympus_notes import note_preview

_JPEG_START = b"\xff\xd8\xff"
_WIDTH, _HEIGHT = 0x0100, 0x0101
# Panasonic's own tags: the sensor's borders, and the preview with the camera's EXIF.
_TOP, _LEFT, _BOTTOM, _RIGHT, _JPEG_FROM_RAW = 4, 5, 6, 7, 0x002E
_PANASONIC, _OLYMPUS = b"IIU\x00", (b"IIRO", b"IIRS", b"MMOR")
_LONGEST_HEADER = 4 * 1024 * 1024  # of a preview, in which its EXIF lies


class RawFile(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes in pixels, 0 where unknown; previews that begin within the file, the largest first."""

    width: int
    height: int
    previews: tuple[Preview, ...]
    end: int
    facts: tuple[Facts, ...]
    xmp: bytes | None = None

    @property
    def orientation(self) -> int | None:
        """The orientation, where some EXIF tells it."""
        return next((f.what.orientation for f in self.facts if f.what.orientation), None)


def raw_file(data: bytes | mmap) -> RawFile:
    """The file by its magic; broken ones tell what they can."""
    if data[: len(raf.MAGIC)] == raf.MAGIC:
        return _fujifilm(data)
    if data[4:8] == b"ftyp":
        return _canon(data)
    if data[:4] == _PANASONIC:
        return _panasonic(data)
    more = [note_preview(data)] if data[:4] in _OLYMPUS else []
    width, height = raw.size(data)
    previews = _within(data, [*raw.previews(data), *(each for each in more if each)])
    end = raw.end_of_data(data)
    return RawFile(
        width=width, height=height, previews=previews, end=end, facts=(exif_facts(data),)
    )


def _fujifilm(data: bytes | mmap) -> RawFile:
    start, length = raf.preview(data)
    width, height = raf.size(data)
    return RawFile(
        width=width,
        height=height,
        previews=_within(data, [Preview(length, start)]),
        end=raf.end(data),
        facts=(_facts_of(data, start, length),),
    )


def _panasonic(data: bytes | mmap) -> RawFile:
    tags = TiffTags(data)
    main = tags.first()
    top, left, bottom, right = (
        int(number(main, tag) or 0) for tag in (_TOP, _LEFT, _BOTTOM, _RIGHT)
    )
    start, length = tags.place(tags.first_offset(), _JPEG_FROM_RAW) or (0, 0)
    return RawFile(
        width=max(0, right - left),
        height=max(0, bottom - top),
        previews=_within(data, [Preview(length, start)]),
        end=max(raw.end_of_data(data), start + length),
        facts=(exif_facts(data), _facts_of(data, start, length)),
    )


def _canon(data: bytes | mmap) -> RawFile:
    found = cr3.parsed(data)
    main, detail, gps = (
        TiffTags(found.blocks.get(name, b"")).first() for name in (b"CMT1", b"CMT2", b"CMT4")
    )
    return RawFile(
        width=int(number(main, _WIDTH) or 0),
        height=int(number(main, _HEIGHT) or 0),
        previews=_within(data, [Preview(length, start) for start, length in found.parts]),
        end=max((start + length for start, length in found.parts), default=0),
        facts=(directory_facts(main, detail, gps),),
        xmp=found.xmp,
    )


def _within(data: bytes | mmap, previews: list[Preview]) -> tuple[Preview, ...]:
    """Those that are pictures, each once, the largest first."""
    return tuple(sorted({p for p in previews if _begins(data, p)}, reverse=True))


def _begins(data: bytes | mmap, preview: Preview) -> bool:
    return preview.length > 0 and data[preview.start : preview.start + 3] == _JPEG_START


def _facts_of(data: bytes | mmap, start: int, length: int) -> Facts:
    """The facts in a preview's own EXIF."""
    if length <= 0:
        return Facts()
    return exif_facts(jpeg.layout(data[start : start + min(length, _LONGEST_HEADER)]).exif)
