"""Word documents (ECMA-376): paragraphs and tables out of the XML, nothing followed or run."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from schedulerx.documents.damage import DamagedDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")
_MAX_PART_BYTES = 512 * 1024 * 1024
_MARKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def paragraphs(path: Path) -> Iterator[str]:
    """Paragraphs, each ending its line; the cells of a table's row are parted by tabs.

    Raises:
        DamagedDocument: it is no Word document, or ends within a part.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            for part in _PARTS:
                if part in names:
                    yield from _part(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise DamagedDocument(f"The document's package is damaged: {error}") from error
    except (ParseError, DefusedXmlException, RuntimeError) as error:
        raise DamagedDocument(f"The document's XML cannot be read: {error}") from error


def _part(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    if archive.getinfo(part).file_size > _MAX_PART_BYTES:
        raise DamagedDocument(f"{part} is over {_MAX_PART_BYTES} bytes.")
    with archive.open(part) as file:
        yield from _lines(file)


def _lines(file: IO[bytes]) -> Iterator[str]:
    pieces: list[str] = []
    cells = 0
    for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
        if element.tag == f"{_W}tc":
            cells += 1 if event == "start" else -1
        if event == "end":
            pieces.append(_piece(element, in_cell=cells > 0))
            if pieces[-1] == "\n":
                yield "".join(pieces)
                pieces.clear()
            if element.tag in {f"{_W}p", f"{_W}tr"}:
                element.clear()
    yield "".join(pieces)


def _piece(element: Element, *, in_cell: bool) -> str:
    if element.tag == f"{_W}t":
        return element.text or ""
    if element.tag == f"{_W}p":
        return " " if in_cell else "\n"
    if element.tag == f"{_W}tc":
        return "\t"
    return "\n" if element.tag == f"{_W}tr" else _MARKS.get(element.tag, "")
