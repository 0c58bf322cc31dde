"""Plain text: whether it decodes, piece by piece."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import IO, AnyStr

from schedulerx.model.findings import SOUND, Findings
from schedulerx.settings import ValidateSettings

_PIECE = 1024 * 1024
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def check(path: Path, limits: ValidateSettings) -> Findings:  # noqa: ARG001  (every check's shape)
    """Whether the text is what its encoding says; NUL characters are damage."""
    with path.open("rb") as file:
        encoding = _marked(file.read(4))
    if _decodes(path, encoding or "utf-8"):
        return _nul_findings(path) if encoding is None else SOUND
    if encoding is not None:
        return Findings(damage=f"the text has a mark of {encoding} but does not decode as such")
    return _nul_findings(path)


def encoding_of(path: Path) -> str:
    """The encoding that the mark tells; else UTF-8, or Windows-1252 where it does not decode."""
    with path.open("rb") as file:
        head = file.read(_PIECE)
    marked = _marked(head)
    if marked is not None:
        return "utf-8-sig" if marked == "utf-8" else marked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def lines(file: IO[AnyStr]) -> Iterator[AnyStr]:
    """Lines, the overlong ones in pieces: a line may be all of a file, and the file huge."""
    while line := file.readline(_PIECE):
        yield line


def _marked(head: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    return None


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _nul_findings(path: Path) -> Findings:
    """NULs within text without a mark, unless they alternate as in UTF-16."""
    nuls = total = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            nuls, total = nuls + piece.count(0), total + len(piece)
    if nuls and nuls * 3 < total:
        return Findings(damage=f"the text holds {nuls} NUL characters")
    return SOUND
