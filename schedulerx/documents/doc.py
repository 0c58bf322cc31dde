"""Word documents before 2007 ([MS-DOC]): the text by its piece table, fields by their results."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.ole_streams import opened, stream

_MAGIC = 0xA5EC  # FibBase.wIdent
_SECOND_TABLE = 0x0200  # FibBase.fWhichTblStm
_ENCRYPTED = 0x0100  # FibBase.fEncrypted
_CLX_AT = 0x01A2  # FibRgFcLcb97.fcClx
_COMPRESSED = 0x40000000  # FcCompressed.fCompressed: bytes of Windows-1252
_PROPERTIES, _PIECES = 1, 2  # what a Clx begins with
_MAX_PIECES = 1_000_000
# Field instructions lie between 0x13 and 0x14; what the field shows, between 0x14 and 0x15.
_INSTRUCTION = re.compile("\x13[^\x13\x14\x15]*(?:\x14|(?=\x15))")
_MARKS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x07": "\t", "\x1e": "-", "\xa0": " "}
    | dict.fromkeys("\x00\x01\x02\x03\x04\x05\x06\x08\x0e\x0f\x13\x14\x15\x1f")
)


def text(path: Path) -> Iterator[str]:
    """The document's text: body, footnotes, headers, comments, text boxes, in this order.

    Raises:
        DamagedDocument: it is no Word document, or of a version before 97, or broken.
    """
    with opened(path) as file:
        main = stream(file, "WordDocument")
        if len(main) < _CLX_AT + 8 or int.from_bytes(main[:2], "little") != _MAGIC:
            raise DamagedDocument("The document is not of Word 97 or later.")
        flags = int.from_bytes(main[10:12], "little")
        if flags & _ENCRYPTED:
            raise DamagedDocument("The document needs a password.")
        table = stream(file, "1Table" if flags & _SECOND_TABLE else "0Table")
    at, length = struct.unpack_from("<LL", main, _CLX_AT)
    yield from _paragraphs(_pieces(main, table[at : at + length]))


def _paragraphs(pieces: Iterator[str]) -> Iterator[str]:
    """Whole lines, since a field may run over several pieces."""
    held = ""
    for piece in pieces:
        *whole, held = (held + piece).split("\r")
        yield from (_shown(line) + "\n" for line in whole)
    yield _shown(held)


def _shown(line: str) -> str:
    before = None
    while before != line and "\x13" in line:  # the innermost field first
        before, line = line, _INSTRUCTION.sub("", line)
    return line.translate(_MARKS)


def _pieces(main: bytes, clx: bytes) -> Iterator[str]:
    table = _piece_table(clx)
    count = min((len(table) - 4) // 12, _MAX_PIECES)
    if count < 1:
        raise DamagedDocument("The document's table of pieces is missing.")
    ends = struct.unpack_from(f"<{count + 1}L", table)
    for place in range(count):
        length = ends[place + 1] - ends[place]
        (where,) = struct.unpack_from("<L", table, 4 * (count + 1) + 8 * place + 2)
        if length <= 0:
            continue
        if where & _COMPRESSED:
            start = (where & ~_COMPRESSED) // 2
            yield main[start : start + length].decode("cp1252", "replace")
        else:
            yield main[where : where + 2 * length].decode("utf-16-le", "replace")


def _piece_table(clx: bytes) -> bytes:
    """The PlcPcd behind whatever properties come before it."""
    at = 0
    while at + 5 <= len(clx):
        if clx[at] == _PIECES:
            return clx[at + 5 : at + 5 + int.from_bytes(clx[at + 1 : at + 5], "little")]
        if clx[at] != _PROPERTIES:
            break
        at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
    return b""
