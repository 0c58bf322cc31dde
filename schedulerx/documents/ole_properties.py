"""What Office documents before 2007 say of themselves ([MS-OLEPS]): title, author, pages."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime
from pathlib import Path

import olefile

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.ole_streams import opened
from schedulerx.model.record import Description

_OLDEST = 1990  # earlier times are those of empty fields
_UTF8 = 65001


def describe_ole(path: Path) -> Description | None:
    """From the document's summary information; None where it has none or is broken."""
    try:
        with opened(path) as file:
            told = file.get_metadata()
            return _description(told)
    except DamagedDocument:
        return None


def _description(told: olefile.OleMetadata) -> Description:
    charset = _charset(told.codepage)
    return Description(
        title=_text(told.title, charset),
        author=_text(told.author, charset),
        pages=told.num_pages if isinstance(told.num_pages, int) and told.num_pages > 0 else None,
        created_at=_time(told.create_time),
    )


def _charset(codepage: object) -> str:
    """The name of a Windows code page, written as a signed 16-bit number."""
    number = codepage & 0xFFFF if isinstance(codepage, int) else 0
    name = "utf-8" if number == _UTF8 else f"cp{number}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _text(value: object, charset: str) -> str | None:
    text = value.decode(charset, "replace") if isinstance(value, bytes) else value
    return (text.replace("\x00", "").strip() or None) if isinstance(text, str) else None


def _time(value: object) -> str | None:
    """In UTC, as file times are."""
    if not isinstance(value, datetime) or value.year < _OLDEST:
        return None
    return value.replace(tzinfo=UTC).isoformat(timespec="seconds")
