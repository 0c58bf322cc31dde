"""Documents that are XML parts in a ZIP (OOXML, OpenDocument, EPUB): parts opened within limits.

Nothing is followed outside the package, no entity is expanded, no script or macro is looked at.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from schedulerx.documents.damage import DamagedDocument

MAX_PART_BYTES = 512 * 1024 * 1024
_MAX_SMALL_BYTES = 16 * 1024 * 1024  # of relations, tables of contents, lists of slides
_MAX_DEPTH = 400
_PACKAGE_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The package; what is wrong within it is damage of the document.

    Raises:
        DamagedDocument: the package or the XML of a part cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _PACKAGE_ERRORS as error:
        raise DamagedDocument(f"The document's package is damaged: {error}") from error
    except (ParseError, DefusedXmlException, RuntimeError, ValueError, KeyError) as error:
        raise DamagedDocument(f"The document's XML cannot be read: {error}") from error


@contextmanager
def part(archive: zipfile.ZipFile, name: str, most: int = MAX_PART_BYTES) -> Iterator[IO[bytes]]:
    """A part as a stream.

    Raises:
        DamagedDocument: it is larger than `most` bytes, or not there.
    """
    try:
        size = archive.getinfo(name).file_size
    except KeyError as error:
        raise DamagedDocument(f"The document's part {name} is missing.") from error
    if size > most:
        raise DamagedDocument(f"{name} is over {most} bytes.")
    with archive.open(name) as file:
        yield file


def elements(
    archive: zipfile.ZipFile, name: str, most: int = MAX_PART_BYTES
) -> Iterator[tuple[str, Element]]:
    """The starts and ends of a part's elements.

    Raises:
        DamagedDocument: it is too large, or nested too deep.
    """
    depth = 0
    with part(archive, name, most) as file:
        for event, element in iterparse(file, events=("start", "end"), forbid_dtd=False):
            depth += 1 if event == "start" else -1
            if depth > _MAX_DEPTH:
                raise DamagedDocument(f"{name} is nested deeper than {_MAX_DEPTH} levels.")
            yield event, element


def small_part(archive: zipfile.ZipFile, name: str) -> list[Element]:
    """All elements of a small part, each after those in it."""
    return [one for event, one in elements(archive, name, _MAX_SMALL_BYTES) if event == "end"]


def relations(archive: zipfile.ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """Where an OOXML part refers to: the kind and the part, by the reference's id."""
    folder, _, file = name.rpartition("/")
    listed = f"{folder}/_rels/{file}.rels"
    if listed not in archive.namelist():
        return {}
    return {
        one.get("Id", ""): (
            one.get("Type", "").rpartition("/")[2],
            beside(name, one.get("Target", "")),
        )
        for one in small_part(archive, listed)
        if one.tag == _RELATION and one.get("TargetMode") != "External"
    }


def beside(name: str, target: str) -> str:
    """The part that a part's reference means."""
    folder = "" if target.startswith("/") else name.rpartition("/")[0]
    plain = unquote(target.partition("#")[0]).lstrip("/")
    return posixpath.normpath(posixpath.join(folder, plain))
