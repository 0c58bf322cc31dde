"""Apple's maker note: what ties the two halves of a Live Photo together."""

from __future__ import annotations

import re

from schedulerx.formats.tiff_tags import TiffTags, text

_MARK = b"Apple iOS\x00"
_ORDER_AT, _DIRECTORY_AT = 12, 14  # after the mark and a version; offsets count from the note
_CONTENT_IDENTIFIER = 0x0011
_UUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}", re.IGNORECASE)


def content_identifier(note: bytes) -> str | None:
    """The identifier that a still and its moving half share, in capitals; None if there is none."""
    if not note.startswith(_MARK):
        return None
    order = ">" if note[_ORDER_AT:_DIRECTORY_AT] == b"MM" else "<"
    return as_identifier(text(TiffTags(note, order).directory(_DIRECTORY_AT), _CONTENT_IDENTIFIER))


def as_identifier(written: str | None) -> str | None:
    """A UUID in capitals; None where it is none, so that no two files are tied by a blank."""
    found = (written or "").strip()
    return found.upper() if _UUID.fullmatch(found) else None
