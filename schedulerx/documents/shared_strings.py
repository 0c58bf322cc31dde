"""How much text a workbook's cells hold together, before a reader copies it into every cell.

A workbook keeps each text once, and cells refer to it (ISO/IEC 29500-1, 18.4): some kilobytes of
references to one long text ask for gigabytes. Only where that may be are references added up.
"""

from __future__ import annotations

import re
import zipfile

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.packages import elements, part

MAX_TEXT = 1024**3  # characters of all cells of a sheet
_STRINGS = "xl/sharedstrings.xml"  # in small letters: readers take any
_PIECE = 4 * 1024 * 1024
_ITEM = re.compile(rb"<(?:\w+:)?si[\s/>]")
_OVERLAP = 64  # the beginning of a text may lie over the border of two pieces
_TAGS_OF_A_CELL = 4  # <c><v></v></c>


def hold(archive: zipfile.ZipFile, sheet: str) -> None:
    """Refuses workbooks with a sheet that repeats too much text.

    Raises:
        DamagedDocument: it does, or the package cannot be read.
    """
    for strings in filter(is_strings, archive.namelist()):
        cells = _tags(archive, sheet) // _TAGS_OF_A_CELL
        if _longest(archive, strings) * cells > MAX_TEXT:
            _add_up(archive, strings, sheet)


def is_strings(name: str) -> bool:
    """Whether the part holds the texts that cells refer to."""
    return name.lower() == _STRINGS


def _longest(archive: zipfile.ZipFile, strings: str) -> int:
    """No text is longer, in bytes; all of them where comments may hide where one ends."""
    begun, longest, at, kept = 0, 0, 0, b""
    with part(archive, strings) as file:
        while piece := file.read(_PIECE):
            if b"<!" in kept + piece:
                return archive.getinfo(strings).file_size
            for found in _ITEM.finditer(kept + piece):
                begins = at - len(kept) + found.start()
                longest, begun = max(longest, begins - begun), begins
            at += len(piece)
            kept = piece[-_OVERLAP:]
    return max(longest, at - begun)


def _tags(archive: zipfile.ZipFile, sheet: str) -> int:
    with part(archive, sheet) as file:
        return sum(piece.count(b"<") for piece in iter(lambda: file.read(_PIECE), b""))


def _add_up(archive: zipfile.ZipFile, strings: str, sheet: str) -> None:
    lengths = _lengths(archive, strings)
    total, is_reference = 0, False
    for event, element in elements(archive, sheet):
        name = element.tag.rpartition("}")[2]
        if event == "start":
            is_reference = element.get("t") == "s" if name == "c" else is_reference
            continue
        place = (element.text or "").strip() if name == "v" and is_reference else ""
        if place.isdecimal() and len(place) < 10 and int(place) < len(lengths):
            total += lengths[int(place)]
        if total > MAX_TEXT:
            raise DamagedDocument(
                f"The workbook is not read: the cells of {sheet} repeat over {MAX_TEXT:,} "
                "characters of text."
            )
        if name == "row":
            element.clear()


def _lengths(archive: zipfile.ZipFile, strings: str) -> list[int]:
    """Characters of every text, in the order that cells refer to."""
    lengths = []
    for event, element in elements(archive, strings):
        if event == "end" and element.tag.rpartition("}")[2] == "si":
            lengths.append(sum(map(len, element.itertext())))
            element.clear()
    return lengths
