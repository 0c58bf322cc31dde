"""Canon's CR3: an ISO media file whose boxes hold TIFF blocks, previews and the sensor's data.

Canon documents nothing; the boxes are those that ExifTool and LibRaw know.
"""

from __future__ import annotations

from collections.abc import Iterator
from mmap import mmap

import msgspec

from schedulerx.formats.boxes import boxes_in

_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")  # in moov: the TIFF blocks
_PREVIEW = bytes.fromhex("eaf42b5e1c984b88b9fbb7dc406e4d16")
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_TABLE = (b"mdia", b"minf", b"stbl")  # the way from a track to its samples
_MAX_BLOCK = 4 * 1024 * 1024
_MAX_SAMPLES = 1000


class Cr3(msgspec.Struct, frozen=True, kw_only=True):
    """The TIFF blocks under their names, the XMP packet, and where pictures begin and how long."""

    blocks: dict[bytes, bytes]
    xmp: bytes | None
    parts: tuple[tuple[int, int], ...]


def parsed(data: bytes | mmap) -> Cr3:
    """What the boxes tell; broken ones tell what they can."""
    blocks: dict[bytes, bytes] = {}
    parts: list[tuple[int, int]] = []
    xmp = None
    for kind, start, end in boxes_in(data, 0, len(data)):
        mark = bytes(data[start : start + 16]) if kind == b"uuid" else b""
        if kind == b"moov":
            blocks |= _blocks(data, start, end)
            parts += _samples(data, start, end)
        elif mark == _PREVIEW:
            parts += _previews(data, start + 24, end)
        elif mark == _XMP and end - start <= _MAX_BLOCK:
            xmp = bytes(data[start + 16 : end])
    return Cr3(blocks=blocks, xmp=xmp, parts=tuple(parts))


def _blocks(data: bytes | mmap, start: int, end: int) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for kind, at, stop in boxes_in(data, start, end):
        if kind == b"uuid" and data[at : at + 16] == _CANON:
            for name, first, last in boxes_in(data, at + 16, stop):
                if name.startswith(b"CMT") and last - first <= _MAX_BLOCK:
                    found.setdefault(name, bytes(data[first:last]))
    return found


def _previews(data: bytes | mmap, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The picture in a PRVW box, after its size of 16 bytes."""
    for kind, at, _ in boxes_in(data, start, end):
        if kind == b"PRVW":
            yield at + 16, int.from_bytes(data[at + 12 : at + 16], "big")


def _samples(data: bytes | mmap, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the tracks' samples lie, one a chunk, as Canon writes them."""
    for kind, at, stop in boxes_in(data, start, end):
        if kind == b"trak":
            yield from _samples_of(data, at, stop)


def _samples_of(data: bytes | mmap, start: int, end: int) -> Iterator[tuple[int, int]]:
    for wanted in _TABLE:
        inner = next((box for box in boxes_in(data, start, end) if box[0] == wanted), None)
        if inner is None:
            return
        _, start, end = inner
    tables = {kind: at for kind, at, _ in boxes_in(data, start, end)}
    if b"stsz" not in tables:
        return
    sizes = _Numbers(data, tables[b"stsz"] + 12, 4, same_at=tables[b"stsz"] + 4)
    wide = b"co64" in tables
    at = tables.get(b"co64", tables.get(b"stco", 0))
    count = min(int.from_bytes(data[at + 4 : at + 8], "big"), _MAX_SAMPLES) if at else 0
    offsets = _Numbers(data, at + 8, 8 if wide else 4)
    for index in range(count):
        yield offsets[index], sizes[index]


class _Numbers:
    """A table of numbers, or one that stands for all, where it is not zero."""

    def __init__(self, data: bytes | mmap, at: int, width: int, same_at: int | None = None) -> None:
        self._data, self._at, self._width = data, at, width
        self._same = int.from_bytes(data[same_at : same_at + 4], "big") if same_at else 0

    def __getitem__(self, index: int) -> int:
        at = self._at + index * self._width
        return self._same or int.from_bytes(self._data[at : at + self._width], "big")
