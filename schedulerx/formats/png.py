"""The chunks of a PNG file (W3C PNG, third edition), found without decoding anything."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from mmap import mmap

import msgspec

SIGNATURE_BYTES = 8
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Adam7: start and step of columns and rows, pass by pass.
_PASSES = (
    (0, 8, 0, 8),
    (4, 8, 0, 8),
    (0, 4, 4, 8),
    (2, 4, 0, 4),
    (0, 2, 2, 4),
    (1, 2, 0, 2),
    (0, 1, 1, 2),
)


class Chunk(msgspec.Struct, frozen=True):
    """A chunk: where its data lies, and whether it is whole and its checksum fits."""

    kind: bytes
    start: int
    length: int
    whole: bool
    sound: bool


class PngHeader(msgspec.Struct, frozen=True):
    """IHDR."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def bits(self) -> int:
        """Bits a pixel."""
        return self.depth * _CHANNELS.get(self.colour, 0)

    @property
    def scanline_bytes(self) -> int:
        """Bytes of all scanlines before compression, a filter byte each."""
        if not self.interlaced:
            return _pass_bytes(self.width, self.height, self.bits)
        return sum(
            _pass_bytes(_steps(self.width, x, dx), _steps(self.height, y, dy), self.bits)
            for x, dx, y, dy in _PASSES
        )


def _steps(size: int, start: int, step: int) -> int:
    return max(0, -(-(size - start) // step))


def _pass_bytes(width: int, height: int, bits: int) -> int:
    return height * (1 + (width * bits + 7) // 8) if width else 0


def chunks(data: bytes | mmap, *, verify: bool = False) -> Iterator[Chunk]:
    """The chunks up to IEND. `verify` reads every byte to compare checksums."""
    at = SIGNATURE_BYTES
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind = bytes(data[at + 4 : at + 8])
        whole = at + 12 + length <= len(data)
        sound = whole and (not verify or _checksum_fits(data, at, length))
        yield Chunk(kind, at + 8, length, whole, sound)
        if kind == b"IEND" or not whole:
            return
        at += 12 + length


def _checksum_fits(data: bytes | mmap, at: int, length: int) -> bool:
    with memoryview(data) as view, view[at + 4 : at + 8 + length] as body:
        checksum = zlib.crc32(body)
    return checksum == int.from_bytes(data[at + 8 + length : at + 12 + length], "big")


def header(data: bytes | mmap) -> PngHeader | None:
    """The first chunk's IHDR, or None where there is none."""
    if data[12:16] != b"IHDR" or len(data) < 29:
        return None
    return PngHeader(
        int.from_bytes(data[16:20], "big"),
        int.from_bytes(data[20:24], "big"),
        data[24],
        data[25],
        data[28] == 1,
    )
