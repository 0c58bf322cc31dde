"""Books (EPUB): the visible text of their chapters in reading order."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from schedulerx.documents import charset
from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.packages import beside, opened, part, small_part
from schedulerx.documents.plain import visible_text

_CONTAINER = "META-INF/container.xml"
_MAX_CHAPTER_BYTES = 32 * 1024 * 1024


def chapters(path: Path) -> Iterator[str]:
    """The chapters' text.

    Raises:
        DamagedDocument: it lists no chapters, or the package ends within one.
    """
    with opened(path) as archive:
        for name in _spine(archive):
            with part(archive, name, _MAX_CHAPTER_BYTES) as file:
                text = visible_text(charset.decode(file.read()))
            if text:
                yield f"{text}\n\n"


def _spine(archive: zipfile.ZipFile) -> list[str]:
    """The chapters as the package document orders them; parts that are not there are left out."""
    roots = [one.get("full-path", "") for one in small_part(archive, _CONTAINER)]
    package = next(filter(None, roots), None)
    if package is None:
        raise DamagedDocument("The book does not say which of its parts is the first.")
    listed = small_part(archive, package)
    files = {
        one.get("id", ""): beside(package, one.get("href", ""))
        for one in listed
        if one.tag.endswith("}item")
    }
    order = [files.get(one.get("idref", "")) for one in listed if one.tag.endswith("}itemref")]
    there = set(archive.namelist())
    return [name for name in order if name is not None and name in there]
