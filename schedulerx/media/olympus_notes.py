"""Olympus's maker note: where an ORF file's preview lies."""

from __future__ import annotations

from mmap import mmap

from schedulerx.formats.raw import Preview
from schedulerx.formats.tiff_tags import TiffTags, number

_EXIF_POINTER, _MAKER_NOTE = 0x8769, 0x927C
# How notes begin, and where their directory lies; offsets count from the note.
_NOTES = ((b"OLYMPUS\x00", 12), (b"OM SYSTEM\x00\x00\x00", 16))
_CAMERA_SETTINGS, _PREVIEW, _PREVIEW_BYTES = 0x2020, 0x0101, 0x0102


def note_preview(data: bytes | mmap) -> Preview | None:
    """The preview that the maker note names, or None."""
    tags = TiffTags(data)
    detail = number(tags.first(), _EXIF_POINTER)
    place = tags.place(int(detail), _MAKER_NOTE) if detail is not None else None
    if place is None:
        return None
    start, length = place
    note = data[start : start + length]
    for mark, at in _NOTES:
        if note.startswith(mark):
            inner = TiffTags(note, ">" if note[at - 4 : at - 2] == b"MM" else "<")
            settings = inner.under(inner.directory(at), _CAMERA_SETTINGS)
            offset, size = number(settings, _PREVIEW), number(settings, _PREVIEW_BYTES)
            return Preview(int(size), start + int(offset)) if offset and size else None
    return None
