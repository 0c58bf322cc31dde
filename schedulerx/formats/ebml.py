"""Where a Matroska or WebM file ends by its own header (RFC 8794, RFC 9559)."""

from __future__ import annotations

from mmap import mmap

_HEADER, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


def declared_end(data: bytes | mmap) -> int | None:
    """The end of the segment; None where it was left open, as live recordings are."""
    if data[:4] != _HEADER:
        return None
    length, start = _length(data, 4)
    if length is None or data[start + length : start + length + 4] != _SEGMENT:
        return None
    size, begin = _length(data, start + length + 4)
    return None if size is None else begin + size


def _length(data: bytes | mmap, at: int) -> tuple[int | None, int]:
    """A variable length, and where it ends; None for the length that means unknown."""
    first = data[at] if at < len(data) else 0
    width = 9 - first.bit_length()
    if width > 8:
        return None, at + 1
    bits = 7 * width
    value = int.from_bytes(data[at : at + width], "big") & ((1 << bits) - 1)
    return (None if value == (1 << bits) - 1 else value), at + width
