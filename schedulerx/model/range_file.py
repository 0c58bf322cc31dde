"""Bytes that lie elsewhere as a file: fetched in pieces as they are read, one held at a time."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO, cast

PIECE = 4 * 1024**2  # bytes fetched at a time: 4 GB are a thousand requests to a bucket
Fetch = Callable[[int, int], bytes]  # start and length


def range_file(fetch: Fetch, start: int, length: int) -> BinaryIO:
    """`length` bytes from `start`, to be read from 0; nothing is fetched yet.

    What `fetch` raises is raised by whoever reads. Fewer bytes than were asked for are an EOFError:
    a length was promised.
    """
    return cast("BinaryIO", _Ranges(fetch, start, length))


class _Ranges(io.RawIOBase):
    """Lets go of its piece at the end: who sent it may keep the file for long."""

    def __init__(self, fetch: Fetch, start: int, length: int) -> None:
        self._fetch, self._start, self._length = fetch, start, length
        self._at = 0
        self._piece, self._piece_at = b"", 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        within = self._at - self._piece_at
        if not 0 <= within < len(self._piece):
            self._piece, self._piece_at, within = self._next(), self._at, 0
        given = self._piece[within : within + len(view)]
        view[: len(given)] = given
        self._at += len(given)
        if self._at >= self._length:
            self._piece = b""
        return len(given)

    def _next(self) -> bytes:
        self._piece = b""  # one at a time
        wanted = min(PIECE, self._length - self._at)
        if wanted <= 0:
            return b""
        piece = self._fetch(self._start + self._at, wanted)
        if len(piece) != wanted:
            raise EOFError(f"{len(piece)} bytes came of {wanted} from {self._start + self._at}")
        return piece
