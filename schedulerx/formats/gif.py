"""The blocks of a GIF file (GIF89a specification), found without decoding anything."""

from __future__ import annotations

from collections.abc import Iterator
from mmap import mmap

import msgspec

_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
_COMMENT = b"\xfe"
_MAX_BLOCKS = 1_000_000
_MAX_COMMENT = 256 * 1024  # bytes; the time of Pillow's decoder grows with their square


class GifFrame(msgspec.Struct, frozen=True):
    """A frame's place on the canvas, where its data ends, and whether all of it is there."""

    right: int
    bottom: int
    end: int
    whole: bool


def canvas(data: bytes | mmap) -> tuple[int, int]:
    """Width and height of the logical screen."""
    return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")


def frames(data: bytes | mmap) -> Iterator[GifFrame]:
    """The frames in order; ends at the trailer or where no block begins.

    Raises:
        ValueError: comments before one frame, or after the last, are too long for decoders.
    """
    at, comments = 13 + _table_bytes(data, 10), 0
    for _ in range(_MAX_BLOCKS):
        kind = data[at] if at < len(data) else _TRAILER
        if kind == _EXTENSION:
            begun = at
            at, whole = _after_blocks(data, at + 2)
            comments += at - begun if data[begun + 1 : begun + 2] == _COMMENT else 0
            if comments > _MAX_COMMENT:
                raise ValueError(f"its comments are longer than {_MAX_COMMENT:,} bytes")
        elif kind == _IMAGE and at + 10 <= len(data):
            comments = 0
            left, top, width, height = (
                int.from_bytes(data[at + i : at + i + 2], "little") for i in (1, 3, 5, 7)
            )
            at, whole = _after_blocks(data, at + 11 + _table_bytes(data, at + 9))
            yield GifFrame(left + width, top + height, at, whole)
        else:
            return


def extensions(data: bytes | mmap, limit: int) -> Iterator[tuple[int, bytes, int]]:
    """The label of each extension before the first frame, its first sub-block, and where what
    follows that begins; at most `limit`.
    """
    at = 13 + _table_bytes(data, 10)
    for _ in range(limit):
        if at + 3 > len(data) or data[at] != _EXTENSION:
            return
        size = data[at + 2]
        yield data[at + 1], data[at + 3 : at + 3 + size], at + 3 + size
        at, _whole = _after_blocks(data, at + 2)


def sub_blocks(data: bytes | mmap, at: int, limit: int) -> bytes:
    """The data of a run of sub-blocks, at most about `limit` bytes."""
    found = bytearray()
    while at < len(data) and data[at] and len(found) < limit:
        found += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    return bytes(found)


def end(data: bytes | mmap, last: int) -> int | None:
    """The offset after the trailer that follows the last frame, or None where there is none."""
    at = last
    for _ in range(_MAX_BLOCKS):
        kind = data[at] if at < len(data) else -1
        if kind != _EXTENSION:
            return at + 1 if kind == _TRAILER else None
        at, _ = _after_blocks(data, at + 2)
    return None


def _table_bytes(data: bytes | mmap, at: int) -> int:
    flags = data[at] if at < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes | mmap, at: int) -> tuple[int, bool]:
    """The offset after a run of sub-blocks, and whether its end was there."""
    while at < len(data):
        size = data[at]
        at += 1 + size
        if not size:
            return at, True
    return len(data), False
