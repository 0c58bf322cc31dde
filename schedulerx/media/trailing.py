"""Bytes after a picture's end: harmless padding, another picture, or a second file in disguise."""

from __future__ import annotations

from mmap import mmap

_SECOND_FILES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"%PDF-", "a PDF document"),
    (b"<html", "a web page"),
    (b"<!doctype html", "a web page"),
    (b"<script", "a script"),
    (b"<?php", "a script"),
    (b"\x7fELF", "a program"),
)
_LOOKED_AT = 4096
_PADDING = b"\x00\xff\x20\r\n\t"


def trailing_warning(data: bytes | mmap, end: int) -> str | None:
    """A sentence about what follows `end`, or None where nothing or padding follows."""
    count = len(data) - end
    if count <= 0:
        return None
    start = data[end : end + _LOOKED_AT]
    if count <= _LOOKED_AT and not start.strip(_PADDING):
        return None
    lowered = start.lower()
    for magic, what in _SECOND_FILES:
        if magic.lower() in lowered:
            return f"{what} follows the end of the picture: the file is two files in one"
    if start.startswith(b"\xff\xd8\xff"):
        return f"further pictures follow the first ({count} bytes)"
    return f"{count} bytes follow the end of the picture"
