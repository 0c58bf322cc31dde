"""Word documents (ECMA-376): paragraphs and tables out of the XML, nothing followed or run."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from schedulerx.documents.packages import elements, opened

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "word/document.xml"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")
_MARGIN = re.compile(r"word/(?:header|footer)\d*\.xml")
_MARKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_ELSEWHERE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def paragraphs(path: Path) -> Iterator[str]:
    """Paragraphs, each ending its line; the cells of a table's row are parted by tabs. Text boxes
    are in, once; headers, footers, notes and comments follow.

    Raises:
        DamagedDocument: it is no Word document, or ends within a part.
    """
    with opened(path) as archive:
        names = archive.namelist()
        margins = sorted(name for name in names if _MARGIN.fullmatch(name))
        for part in (_MAIN, *margins, *_NOTES):
            if part in names:
                yield from _lines(archive, part)


def _lines(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    pieces: list[str] = []
    cells = copies = 0
    for event, element in elements(archive, part):
        step = 1 if event == "start" else -1
        cells += step * (element.tag == f"{_W}tc")
        copies += step * (element.tag == _ELSEWHERE)
        if event == "end" and not copies:
            pieces.append(_piece(element, in_cell=cells > 0))
            if pieces[-1] == "\n":
                yield "".join(pieces)
                pieces.clear()
        if event == "end" and element.tag in {f"{_W}p", f"{_W}tr"}:
            element.clear()
    yield "".join(pieces)


def _piece(element: Element, *, in_cell: bool) -> str:
    if element.tag in {f"{_W}t", f"{_W}delText"}:
        return element.text or ""
    if element.tag == f"{_W}p":
        return " " if in_cell else "\n"
    if element.tag == f"{_W}tc":
        return "\t"
    return "\n" if element.tag == f"{_W}tr" else _MARKS.get(element.tag, "")
