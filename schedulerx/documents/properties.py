"""What documents say of themselves: pages, title, author, time of creation."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import pikepdf
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from schedulerx.documents.formats import OLE_DOCUMENTS
from schedulerx.documents.integrity import pdf
from schedulerx.documents.integrity.zip_limits import ZIP_ERRORS
from schedulerx.documents.ole_properties import describe_ole
from schedulerx.model.record import Description

_PDF_TIME = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?")
_MAX_PART_BYTES = 1024 * 1024
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"


def describe_pdf(path: Path, passwords: Iterable[str] = ()) -> Description:
    """From the document information dictionary, opened with the first of the passwords that serves;
    of one that stays locked, the pages where visible.
    """
    for password in ("", *passwords):
        try:
            return _of_pdf(path, password)
        except pikepdf.PasswordError:
            continue
        except (pikepdf.PdfError, ValueError, RuntimeError, TypeError):
            break
    return Description(pages=pdf.visible_page_count(path))


def _of_pdf(path: Path, password: str) -> Description:
    with pikepdf.open(path, password=password, suppress_warnings=True) as document:
        pages, info = len(document.pages), document.docinfo
        title, author, created = (
            _entry(info, name) for name in ("/Title", "/Author", "/CreationDate")
        )
    return Description(pages=pages, title=title, author=author, created_at=pdf_time(created))


def _entry(info: pikepdf.Dictionary, name: str) -> str | None:
    value = info.get(name)
    return _clean(str(value)) if isinstance(value, pikepdf.String | str) else None


def _clean(text: str | None) -> str | None:
    return (text or "").replace("\x00", "").strip() or None


def pdf_time(written: str | None) -> str | None:
    """`D:20240131120000+01'00'` as ISO 8601; None where it is no time."""
    found = _PDF_TIME.match(written or "")
    if found is None:
        return None
    *numbers, zulu, hours, minutes = found.groups()
    year, month, day, *clock = (
        int(number or default) for number, default in zip(numbers, "011000", strict=True)
    )
    offset = "+00:00" if zulu else f"{hours}:{minutes or '00'}" if hours else ""
    text = f"{year:04}-{month:02}-{day:02}T{clock[0]:02}:{clock[1]:02}:{clock[2]:02}{offset}"
    return _iso(text)


def _iso(text: str | None) -> str | None:
    try:
        return datetime.fromisoformat(text or "").isoformat(timespec="seconds")
    except ValueError:
        return None


def describe_office(path: Path) -> Description | None:
    """From the core properties of OOXML, or the metadata of OpenDocument."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            part = next(filter(names.__contains__, ("docProps/core.xml", "meta.xml")), None)
            root = _parsed(archive, part) if part else None
    except ZIP_ERRORS:
        return None
    if root is None:
        return None
    return Description(
        title=_found(root, _DC + "title"),
        author=_found(root, _META + "initial-creator") or _found(root, _DC + "creator"),
        created_at=_iso(_found(root, _TERMS + "created") or _found(root, _META + "creation-date")),
    )


def _parsed(archive: zipfile.ZipFile, part: str) -> Element | None:
    with archive.open(part) as stream:
        data = stream.read(_MAX_PART_BYTES)
    try:
        root: Element = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    return root


def _found(root: Element, tag: str) -> str | None:
    element = next(root.iter(tag), None)
    return _clean(element.text) if element is not None else None


def describer(
    media_type: str, passwords: Iterable[str] = ()
) -> Callable[[Path], Description | None] | None:
    """The function that describes documents of this type, locked ones with these passwords; None
    where there is none.
    """
    if media_type == "application/pdf":
        return partial(describe_pdf, passwords=tuple(passwords))
    if media_type in OLE_DOCUMENTS:
        return describe_ole
    if media_type.startswith(_OFFICE):
        return describe_office
    return None


_OFFICE = (
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.oasis.opendocument.",
    "application/vnd.ms-word.",
    "application/vnd.ms-excel.",
    "application/vnd.ms-powerpoint.",
)
