"""Bytes from one place to another, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from schedulerx.documents.containers.entry import Target
from schedulerx.documents.integrity.rejections import refused

PIECE = 1024 * 1024


def copy(source: IO[bytes], target: Target) -> None:
    """All that is left of the source."""
    while piece := source.read(PIECE):
        target.write(piece)


def copy_pieces(pieces: Iterable[bytes], target: Target) -> None:
    """All pieces."""
    for piece in pieces:
        target.write(piece)


class Measure:
    """A `Target` that counts what is written, and keeps nothing; over `most` bytes it refuses."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.count = 0

    def write(self, data: bytes) -> int:
        """Counts. Raises RejectedInput over the limit."""
        self.count += len(data)
        if self.count > self._most:
            raise refused(f"unpacks to more than {self._most:,} bytes")
        return len(data)

    def restart(self) -> None:
        """See `Target`."""
        self.count = 0
