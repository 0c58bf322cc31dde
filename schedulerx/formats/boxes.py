"""ISO base media files (MP4, QuickTime, HEIF): brands and top-level boxes (ISO/IEC 14496-12)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path

import msgspec

_BRANDS: dict[bytes, str] = {
    b"qt  ": "video/quicktime",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic-sequence",
    b"hevx": "image/heic-sequence",
    b"mif1": "image/heif",
    b"msf1": "image/heif-sequence",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"crx ": "image/x-canon-cr3",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"M4V ": "video/x-m4v",
    b"M4VH": "video/x-m4v",
    b"3g2a": "video/3gpp2",
    b"jp2 ": "image/jp2",
}
# The first box of QuickTime files from before brands existed.
_OLD_QUICKTIME = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})


class Box(msgspec.Struct, frozen=True):
    """A top-level box. `size` as declared, header included; it may pass the end of the file."""

    kind: bytes
    start: int
    size: int


def iso_media_type(head: bytes) -> str | None:
    """The media type that the first box tells, or None where it is no ISO media file."""
    kind = head[4:8]
    if kind == b"ftyp":
        return _branded(head)
    size = int.from_bytes(head[:4], "big")
    if kind in _OLD_QUICKTIME and (size >= 8 or size in (0, 1)):
        return "video/quicktime"
    return None


def _branded(head: bytes) -> str:
    size = min(int.from_bytes(head[:4], "big"), 4096)
    major = head[8:12]
    compatible = [head[at : at + 4] for at in range(16, size - 3, 4)]
    if major in (b"mif1", b"msf1") and (b"avif" in compatible or b"avis" in compatible):
        return "image/avif"
    if major in _BRANDS:
        return _BRANDS[major]
    if major[:2] == b"3g":
        return "video/3gpp2" if major[:3] == b"3g2" else "video/3gpp"
    return "video/mp4"


def boxes_in(
    data: bytes | mmap, start: int, end: int, limit: int = 1_000
) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two offsets: kind, and where the content begins and ends, within `end`."""
    at = start
    for _ in range(limit):
        size = int.from_bytes(data[at : at + 4], "big")
        header = 8
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if at + header > end or size < header:
            return
        yield bytes(data[at + 4 : at + 8]), at + header, min(at + size, end)
        at += size


def top_boxes(path: Path, limit: int = 10_000) -> Iterator[Box]:
    """The top-level boxes in order, at most `limit`; ends at the first that makes no sense."""
    with path.open("rb") as file:
        end, at = os.fstat(file.fileno()).st_size, 0
        for _ in range(limit):
            file.seek(at)
            header = file.read(16)
            if len(header) < 8:
                return
            size = int.from_bytes(header[:4], "big")
            if size == 1:
                size = int.from_bytes(header[8:16], "big")
            elif size == 0:
                size = end - at
            if size < 8:
                return
            yield Box(header[4:8], at, size)
            at += size
