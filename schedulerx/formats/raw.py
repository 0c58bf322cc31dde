"""Camera RAW built on TIFF (NEF, CR2, ARW, DNG, PEF, SRW): directories, previews, data in place."""

from __future__ import annotations

from collections.abc import Iterator
from mmap import mmap

import msgspec

from schedulerx.formats.tiff_tags import Directory, TiffTags, number

_SUBFILE, _WIDTH, _HEIGHT, _COMPRESSION = 0x00FE, 0x0100, 0x0101, 0x0103
_STRIPS, _STRIP_BYTES = 0x0111, 0x0117
_SUB_DIRECTORIES, _JPEG, _JPEG_BYTES = 0x014A, 0x0201, 0x0202
_JPEG_COMPRESSIONS = (6, 7)
_MAX_DIRECTORIES = 64


class Preview(msgspec.Struct, frozen=True, order=True):
    """An embedded JPEG picture. The one with the most bytes shows the most."""

    length: int
    start: int


def directories(data: bytes | mmap) -> Iterator[Directory]:
    """The directories of the chain, each followed by those under it."""
    tags = TiffTags(data)
    at, seen = tags.first_offset(), set[int]()
    while at and at not in seen and len(seen) < _MAX_DIRECTORIES:
        seen.add(at)
        found = tags.directory(at)
        yield found
        below = found.get(_SUB_DIRECTORIES, ())
        for offset in below[:_MAX_DIRECTORIES] if isinstance(below, tuple) else ():
            yield tags.directory(int(offset))
        at = tags.next_directory(at)


def previews(data: bytes | mmap) -> list[Preview]:
    """Embedded JPEG pictures that begin within the file, the largest first."""
    found = {preview for tags in directories(data) for preview in _previews_of(tags)}
    return sorted(
        (p for p in found if data[p.start : p.start + 3] == b"\xff\xd8\xff"), reverse=True
    )


def _previews_of(tags: Directory) -> Iterator[Preview]:
    pairs = [(number(tags, _JPEG), number(tags, _JPEG_BYTES))]
    if number(tags, _COMPRESSION) in _JPEG_COMPRESSIONS:
        pairs.append((number(tags, _STRIPS), number(tags, _STRIP_BYTES)))
    for start, length in pairs:
        if start and length:
            yield Preview(int(length), int(start))


def size(data: bytes | mmap) -> tuple[int, int]:
    """Width and height of the full picture: the widest that is no reduced copy; 0, 0 if none."""
    sizes = [
        (int(number(tags, _WIDTH) or 0), int(number(tags, _HEIGHT) or 0))
        for tags in directories(data)
        if not number(tags, _SUBFILE)
    ]
    return max(sizes, default=(0, 0))


def end_of_data(data: bytes | mmap) -> int:
    """Where the last strip or preview ends by the directories' own word."""
    ends = [0]
    for tags in directories(data):
        ends += [preview.start + preview.length for preview in _previews_of(tags)]
        strips, lengths = tags.get(_STRIPS, ()), tags.get(_STRIP_BYTES, ())
        if isinstance(strips, tuple) and isinstance(lengths, tuple):
            ends += [int(a + b) for a, b in zip(strips, lengths, strict=False)]
    return max(ends)
