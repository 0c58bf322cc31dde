"""Chunks of RIFF files: WebP, WAVE, AVI."""

from __future__ import annotations

from collections.abc import Iterator
from mmap import mmap

import msgspec

_MAX_CHUNKS = 100_000


class RiffChunk(msgspec.Struct, frozen=True):
    """A chunk: where its data lies, and whether it is whole."""

    kind: bytes
    start: int
    length: int
    whole: bool


def chunks(data: bytes | mmap) -> Iterator[RiffChunk]:
    """The chunks of a RIFF file, in order."""
    at = 12
    for _ in range(_MAX_CHUNKS):
        if at + 8 > len(data):
            return
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        yield RiffChunk(bytes(data[at : at + 4]), at + 8, length, at + 8 + length <= len(data))
        at += 8 + length + length % 2


def declared_end(data: bytes | mmap) -> int:
    """Where the file ends by its own header."""
    return 8 + int.from_bytes(data[4:8], "little")
