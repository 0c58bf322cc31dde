"""OpenDocument texts, presentations and drawings (ISO/IEC 26300): paragraphs, cells, notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from schedulerx.documents.packages import elements, opened

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_PART = "content.xml"
_MAX_SPACES = 80  # one element may stand for any number of them
_BREAKS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_PARAGRAPHS = frozenset({f"{_TEXT}p", f"{_TEXT}h"})
# What is stored besides the text: styles, and earlier versions of it, which are text all the same.
_UNSEEN = frozenset({f"{_OFFICE}automatic-styles", f"{_OFFICE}scripts", f"{_OFFICE}settings"})


def paragraphs(path: Path) -> Iterator[str]:
    """Paragraphs, each ending its line; the cells of a table's row are parted by tabs; pages of a
    presentation begin with their names.

    Raises:
        DamagedDocument: it is no OpenDocument file, or ends within its content.
    """
    with opened(path) as archive:
        state = _Reader()
        for event, element in elements(archive, _PART):
            yield from state.started(element) if event == "start" else state.ended(element)
        yield state.drain()


class _Reader:
    """Gathers one line at a time."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._unseen = self._cells = 0

    def drain(self) -> str:
        line = "".join(self._pieces)
        self._pieces.clear()
        return line

    def started(self, element: Element) -> Iterator[str]:
        self._unseen += element.tag in _UNSEEN
        self._cells += element.tag == f"{_TABLE}table-cell"
        if element.tag == f"{_DRAW}page":
            yield f"{self.drain()}[{element.get(f'{_DRAW}name', 'Page')}]\n"

    def ended(self, element: Element) -> Iterator[str]:
        self._unseen -= element.tag in _UNSEEN
        self._cells -= element.tag == f"{_TABLE}table-cell"
        if self._unseen:
            return
        if element.tag in _PARAGRAPHS:
            self._pieces.append(_written(element))
            self._pieces.append(" " if self._cells else "\n")
        elif element.tag == f"{_TABLE}table-cell":
            self._pieces.append("\t")
        elif element.tag == f"{_TABLE}table-row":
            self._pieces.append("\n")
        if element.tag in _PARAGRAPHS or element.tag == f"{_TABLE}table-row":
            element.clear()
            if not self._cells:
                yield self.drain()


def _written(element: Element) -> str:
    """A paragraph's text in order; what lies in nested paragraphs (notes, boxes) was taken."""
    pieces = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            pieces.append(" " * min(_count(child), _MAX_SPACES))
        elif child.tag in _BREAKS:
            pieces.append(_BREAKS[child.tag])
        elif child.tag not in _PARAGRAPHS:
            pieces.append(_written(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _count(element: Element) -> int:
    written = element.get(f"{_TEXT}c", "1")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 7 else 1
