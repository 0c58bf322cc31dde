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
    raw = _Ranges(fetch, start, length)
    return cast("BinaryIO", io.BufferedReader(raw, buffer_size=PIECE))


class _Ranges(io.RawIOBase):
    def __init__(self, fetch: Fetch, start: int, length: int) -> None:
        self._fetch, self._start, self._length = fetch, start, length
        self._at = 0

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
        wanted = min(len(view), PIECE, self._length - self._at)
        if wanted <= 0:
            return 0
        piece = self._fetch(self._start + self._at, wanted)
        if len(piece) != wanted:
            raise EOFError(f"{len(piece)} bytes came of {wanted} from {self._start + self._at}")
        view[:wanted] = piece
        self._at += wanted
        return wanted
