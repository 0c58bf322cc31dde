"""OLE compound files made from streams ([MS-CFB], version 3), for tests."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

Tree = dict[str, "bytes | Tree"]


def ole_file(path: Path, tree: Tree) -> Path:
    """A compound file with these streams and, as dictionaries, storages."""
    path.write_bytes(_Writer(tree).data())
    return path


class _Writer:
    def __init__(self, tree: Tree) -> None:
        self._sectors: list[bytes] = []
        self._fat: list[int] = []
        self._mini = b""
        self._mini_fat: list[int] = []
        self._entries: list[list[int | str]] = [["Root Entry", 5, _FREE, _END, 0, _FREE]]
        self._entries[0][2] = self._folder(tree)

    def _folder(self, tree: Tree) -> int:
        """Entries of a storage as a chain of right siblings, shortest names first."""
        places = []
        for name in sorted(tree, key=lambda name: (len(name), name.upper())):
            places.append(len(self._entries))
            held = tree[name]
            self._entries.append([name, 1 if isinstance(held, dict) else 2, _FREE, _END, 0, _FREE])
            if isinstance(held, dict):
                self._entries[places[-1]][2] = self._folder(held)
            else:
                start = self._stream(held)
                self._entries[places[-1]][3:5] = [start, len(held)]
        for before, after in pairwise(places):
            self._entries[before][5] = after
        return places[0] if places else _FREE

    def _stream(self, data: bytes) -> int:
        if not data:
            return _END
        if len(data) >= _CUTOFF:
            return self._chain(data)
        start = len(self._mini_fat)
        count = -(-len(data) // _MINI)
        self._mini_fat += [*range(start + 1, start + count), _END]
        self._mini += data.ljust(count * _MINI, b"\0")
        return start

    def _chain(self, data: bytes) -> int:
        start, count = len(self._sectors), max(1, -(-len(data) // _SECTOR))
        padded = data.ljust(count * _SECTOR, b"\0")
        self._sectors += [padded[at : at + _SECTOR] for at in range(0, len(padded), _SECTOR)]
        self._fat += [*range(start + 1, start + count), _END]
        return start

    def _directory(self) -> Iterator[bytes]:
        for name, kind, child, start, size, right in self._entries:
            raw = str(name).encode("utf-16-le") + b"\0\0"
            yield raw.ljust(64, b"\0") + struct.pack(
                "<HBBLLL16sLQQLLL", len(raw), kind, 1, _FREE, right, child, bytes(16), 0, 0, 0,
                start, size, 0,
            )  # fmt: skip

    def data(self) -> bytes:
        if self._mini:
            self._entries[0][3:5] = [self._chain(self._mini), len(self._mini)]
        mini_fat = struct.pack(f"<{len(self._mini_fat)}L", *self._mini_fat)
        mini_at = self._chain(mini_fat.ljust(_SECTOR, b"\xff")) if mini_fat else _END
        directory_at = self._chain(b"".join(self._directory()))
        tables = -(-(len(self._fat) + 109) // 128)
        at = len(self._sectors)
        fat = [*self._fat, *[_FAT] * tables]
        fat += [_FREE] * (tables * 128 - len(fat))
        head = struct.pack(
            "<8s16sHHHHH6sLLLLLLLLL", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3,
            0xFFFE, 9, 6, bytes(6), 0, tables, directory_at, 0, _CUTOFF, mini_at,
            -(-len(mini_fat) // _SECTOR), _END, 0,
        )  # fmt: skip
        places = [*range(at, at + tables), *[_FREE] * (109 - tables)]
        whole = head + struct.pack("<109L", *places)
        return whole + b"".join(self._sectors) + struct.pack(f"<{len(fat)}L", *fat)
