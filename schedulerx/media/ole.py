"""OLE compound files: which streams one holds tells what it is ([MS-CFB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_END = 0xFFFFFFF0  # sector numbers from here on are marks, not sectors
_MAX_DIRECTORY_BYTES = 1024 * 1024

# The stream that only this kind holds. Protected OOXML lies whole in `EncryptedPackage`.
_KINDS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "application/encrypted"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("VisioDocument", "application/vnd.visio"),
    ("Quill", "application/x-mspublisher"),
)


def ole_media_type(path: Path) -> str:
    """The media type of an OLE compound file; the container's own where no stream tells more."""
    names = set(stream_names(path))
    for stream, media_type in _KINDS:
        if stream in names:
            return media_type
    return "application/x-ole-storage"


def stream_names(path: Path) -> list[str]:
    """The names in the directory of a compound file, as many as can be read."""
    with path.open("rb") as file:
        header = file.read(512)
        if len(header) < 512:
            return []
        shift = int.from_bytes(header[30:32], "little")
        if not 7 <= shift <= 16:
            return []
        directory = b"".join(_directory_sectors(file, header, 1 << shift))
    return [name for name in map(_entry_name, _entries(directory)) if name]


def _directory_sectors(file: BinaryIO, header: bytes, size: int) -> Iterator[bytes]:
    (sector,) = struct.unpack_from("<L", header, 48)
    fat = struct.unpack_from("<109L", header, 76)
    for _ in range(_MAX_DIRECTORY_BYTES // size):
        if sector >= _END:
            return
        yield _sector(file, sector, size)
        sector = _next(file, fat, sector, size)


def _next(file: BinaryIO, fat: tuple[int, ...], sector: int, size: int) -> int:
    table, index = divmod(sector, size // 4)
    if table >= len(fat) or fat[table] >= _END:
        return _END
    entries = _sector(file, fat[table], size)
    if len(entries) < 4 * index + 4:
        return _END
    return int.from_bytes(entries[4 * index : 4 * index + 4], "little")


def _sector(file: BinaryIO, sector: int, size: int) -> bytes:
    file.seek((sector + 1) * size)
    return file.read(size)


def _entries(directory: bytes) -> Iterator[bytes]:
    for at in range(0, len(directory) - 127, 128):
        yield directory[at : at + 128]


def _entry_name(entry: bytes) -> str:
    length = int.from_bytes(entry[64:66], "little")
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
