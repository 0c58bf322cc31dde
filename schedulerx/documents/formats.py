"""Which parser a file is for: by its media type, and by its name where types of text say little."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath


class Format(StrEnum):
    """A family of files that one parser reads."""

    PDF = "pdf"
    IMAGE = "image"
    VIDEO = "video"
    TEXT = "text"
    HTML = "html"
    XML = "xml"
    JSON = "json"
    JSON_LINES = "json lines"
    TABLE = "table"
    WORKBOOK = "workbook"
    DOCX = "docx"
    PPTX = "pptx"
    ODF = "odf"
    EPUB = "epub"
    RTF = "rtf"
    DOC = "doc"
    PPT = "ppt"
    OUTLOOK = "outlook"
    CALENDAR = "calendar"
    MAIL = "mail"
    MAILBOX = "mailbox"
    VCARD = "vcard"
    ZIP = "zip"
    DATABASE = "database"
    PROPERTY_LIST = "property list"


# Office documents in OLE containers. A locked package tells its real type behind the lock alone.
OLE_DOCUMENTS = frozenset(
    {"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"}
)
LOCKED_PACKAGE = "application/encrypted"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."  # each kind's type begins so

_OOXML = "application/vnd.openxmlformats-officedocument"
_BY_TYPE: dict[str, Format] = {
    "application/pdf": Format.PDF,
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
    "application/json": Format.JSON,
    "text/csv": Format.TABLE,
    "application/csv": Format.TABLE,
    "text/tab-separated-values": Format.TABLE,
    f"{_OOXML}.spreadsheetml.sheet": Format.WORKBOOK,
    "application/vnd.ms-excel": Format.WORKBOOK,
    "application/vnd.ms-excel.sheet.macroenabled.12": Format.WORKBOOK,
    "application/vnd.ms-excel.sheet.binary.macroenabled.12": Format.WORKBOOK,
    "application/vnd.oasis.opendocument.spreadsheet": Format.WORKBOOK,
    f"{_OOXML}.wordprocessingml.document": Format.DOCX,
    "application/vnd.ms-word.document.macroenabled.12": Format.DOCX,
    f"{_OOXML}.presentationml.presentation": Format.PPTX,
    f"{_OOXML}.presentationml.slideshow": Format.PPTX,
    "application/vnd.ms-powerpoint.presentation.macroenabled.12": Format.PPTX,
    "application/vnd.oasis.opendocument.text": Format.ODF,
    "application/vnd.oasis.opendocument.presentation": Format.ODF,
    "application/vnd.oasis.opendocument.graphics": Format.ODF,
    "application/epub+zip": Format.EPUB,
    "application/rtf": Format.RTF,
    "text/rtf": Format.RTF,
    "application/msword": Format.DOC,
    "application/vnd.ms-powerpoint": Format.PPT,
    "application/vnd.ms-outlook": Format.OUTLOOK,
    "text/calendar": Format.CALENDAR,
    "message/rfc822": Format.MAIL,
    "application/mbox": Format.MAILBOX,
    "text/vcard": Format.VCARD,
    "text/x-vcard": Format.VCARD,
    "text/directory": Format.VCARD,
    "application/zip": Format.ZIP,
    "application/vnd.sqlite3": Format.DATABASE,
    "application/x-sqlite3": Format.DATABASE,
    "application/x-plist": Format.PROPERTY_LIST,
    "application/xml": Format.XML,
    "text/xml": Format.XML,
    "application/rdf+xml": Format.TEXT,
    "application/x-ndjson": Format.JSON_LINES,
    "application/jsonl": Format.JSON_LINES,
    "application/x-yaml": Format.TEXT,
    "application/yaml": Format.TEXT,
}
# Only consulted for plain text: content has been checked, the name says which dialect it is.
_BY_SUFFIX: dict[str, Format] = {
    ".csv": Format.TABLE,
    ".tsv": Format.TABLE,
    ".eml": Format.MAIL,
    ".mbox": Format.MAILBOX,
    ".vcf": Format.VCARD,
    ".ics": Format.CALENDAR,
    ".json": Format.JSON,
    ".html": Format.HTML,
    ".htm": Format.HTML,
}


def format_of(media_type: str | None, path: str) -> Format | None:
    """The parser for a file; None where none reads it."""
    kind = (media_type or "").partition(";")[0].strip().lower()
    if kind == "text/plain":
        return _BY_SUFFIX.get(PurePosixPath(path).suffix.lower(), Format.TEXT)
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    families = {"image": Format.IMAGE, "video": Format.VIDEO, "text": Format.TEXT}
    return families.get(kind.partition("/")[0])
