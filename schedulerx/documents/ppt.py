"""Presentations before 2007 ([MS-PPT]): the text atoms of slides and notes, no master's prompts."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.ole_streams import opened, stream

_CONTAINER = 0xF  # RecordHeader.recVer
_MASTER = 1016  # RT_MainMaster: "Click to edit the title"
_WIDE, _NARROW = 4000, 4008  # RT_TextCharsAtom, RT_TextBytesAtom
_LINE_ENDS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x00": None})


def text(path: Path) -> Iterator[str]:
    """The presentation's text, a line a paragraph.

    Raises:
        DamagedDocument: it is no presentation, or broken.
    """
    with opened(path) as file:
        data = stream(file, "PowerPoint Document")
    if not data:
        raise DamagedDocument("The presentation has no slides.")
    for kind, content in _atoms(data):
        if kind in (_WIDE, _NARROW):
            charset = "utf-16-le" if kind == _WIDE else "latin-1"
            yield content.decode(charset, "replace").translate(_LINE_ENDS) + "\n"


def _atoms(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Records that hold no others, in one pass: containers are entered by reading on."""
    at = 0
    while at + 8 <= len(data):
        version, kind, length = struct.unpack_from("<HHL", data, at)
        at += 8
        if version & 0xF == _CONTAINER and kind != _MASTER:
            continue
        yield kind, data[at : at + length] if kind != _MASTER else b""
        at += length
