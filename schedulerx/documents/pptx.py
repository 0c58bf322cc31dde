"""Presentations (ECMA-376): the text of slides in their order, notes and comments beside them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from schedulerx.documents.packages import elements, opened, relations, small_part

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MAIN = "ppt/presentation.xml"
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_BESIDE = {"notesSlide": "notes", "comments": "comment"}
_ENDS = {f"{_A}p": "\n", f"{_A}br": "\n", f"{_A}tr": "\n", f"{_A}tab": "\t"}
_TEXTS = frozenset({f"{_A}t", f"{_P}text"})


def lines(path: Path) -> Iterator[str]:
    """The slides' lines behind "[Slide 1]"; hidden slides say so.

    Raises:
        DamagedDocument: it is no presentation, or ends within a part.
    """
    with opened(path) as archive:
        for number, slide in enumerate(_slides(archive), 1):
            yield from _headed(archive, slide, f"Slide {number}")
            for kind, part in sorted(relations(archive, slide).values()):
                if kind in _BESIDE and part in archive.namelist():
                    yield from _headed(archive, part, f"Slide {number}, {_BESIDE[kind]}")


def _slides(archive: zipfile.ZipFile) -> list[str]:
    """The slides as they are shown; by their numbers where the presentation does not list them."""
    names = archive.namelist()
    there = {name: int(found[1]) for name in names if (found := _SLIDE.fullmatch(name))}
    if _MAIN not in names:
        return sorted(there, key=there.__getitem__)
    known = relations(archive, _MAIN)
    ids = [one.get(_R_ID, "") for one in small_part(archive, _MAIN) if one.tag == f"{_P}sldId"]
    listed = [known[each][1] for each in ids if each in known]
    return [name for name in listed if name in names] or sorted(there, key=there.__getitem__)


def _headed(archive: zipfile.ZipFile, part: str, title: str) -> Iterator[str]:
    pieces: list[str] = []
    hidden = ""
    for event, element in elements(archive, part):
        if event == "start":
            shown = element.get("show") if element.tag == f"{_P}sld" else None
            hidden = hidden or (" (hidden)" if shown in {"0", "false"} else "")
            continue
        if element.tag in _TEXTS:
            pieces.append(element.text or "")
        pieces.append(_ENDS.get(element.tag, ""))
        if element.tag == f"{_P}sp":
            element.clear()
    written = [line.strip() for line in "".join(pieces).split("\n") if line.strip()]
    if written:
        yield f"[{title}{hidden}]\n"
        yield from (f"{line}\n" for line in written)
