"""OLE compound files ([MS-CFB]): the directory, the beginnings of streams, and what is missing."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import msgspec

_END = 0xFFFFFFF0  # sector numbers from here on are marks, not sectors
_MAX_SECTORS = 4096  # of a directory or a stream's beginning
_MINI_CUTOFF = 4096  # smaller streams lie in the mini stream


class OleEntry(msgspec.Struct, frozen=True):
    """A stream or storage: its name, first sector and size in bytes."""

    name: str
    sector: int
    size: int


class OleFile:
    """A compound file. Broken chains give what could be read, never an error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bytes = path.stat().st_size
        header = self._read(0, 512)
        self._header = header if len(header) == 512 else bytes(512)
        shift = int.from_bytes(self._header[30:32], "little")
        self._size = 1 << shift if 7 <= shift <= 16 else 512
        self._fat: tuple[int, ...] = struct.unpack_from("<109L", self._header, 76)
        self._entries = list(self._directory())

    def names(self) -> list[str]:
        """The names in the directory, as many as can be read."""
        return [entry.name for entry in self._entries]

    def head(self, name: str, count: int) -> bytes:
        """The first bytes of a stream, at most `count`."""
        entry = next((entry for entry in self._entries if entry.name == name), None)
        if entry is None:
            return b""
        if entry.size < _MINI_CUTOFF:
            return self._mini_head(entry, count)
        return self._chain(entry.sector, count)[:count]

    def missing_bytes(self) -> int:
        """How many bytes the sectors that streams begin with, and the tables, lie past the end."""
        sectors = [entry.sector for entry in self._entries if entry.size >= _MINI_CUTOFF]
        tables = [sector for sector in self._fat if sector < _END]
        used = [sector for sector in (*sectors, *tables) if sector < _END]
        last = max(used, default=0)
        return max(0, (last + 1) * self._size + 1 - self._bytes) if used else 0

    def _mini_head(self, entry: OleEntry, count: int) -> bytes:
        """The first mini sector of a small stream: 64 bytes, enough for the flags asked for."""
        root = self._entries[0]
        at = entry.sector * 64
        return self._chain(root.sector, at + 64)[at : at + min(count, 64)]

    def _directory(self) -> Iterator[OleEntry]:
        (sector,) = struct.unpack_from("<L", self._header, 48)
        data = self._chain(sector, _MAX_SECTORS * self._size)
        for at in range(0, len(data) - 127, 128):
            length = int.from_bytes(data[at + 64 : at + 66], "little")
            name = data[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<LL", data, at + 116)
            if name:
                yield OleEntry(name, start, size)

    def _chain(self, sector: int, count: int) -> bytes:
        """Bytes of the chain of sectors that begins at `sector`, at least `count` if there."""
        pieces: list[bytes] = []
        for _ in range(min(_MAX_SECTORS, count // self._size + 1)):
            if sector >= _END:
                break
            pieces.append(self._sector(sector))
            sector = self._next(sector)
        return b"".join(pieces)

    def _next(self, sector: int) -> int:
        table, index = divmod(sector, self._size // 4)
        if table >= len(self._fat) or self._fat[table] >= _END:
            return _END
        entries = self._read((self._fat[table] + 1) * self._size + 4 * index, 4)
        return int.from_bytes(entries, "little") if len(entries) == 4 else _END

    def _sector(self, sector: int) -> bytes:
        return self._read((sector + 1) * self._size, self._size)

    def _read(self, at: int, count: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(at)
            return file.read(count)
