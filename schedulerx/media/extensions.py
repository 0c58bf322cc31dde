"""What a name promises, and how a content may break the promise."""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import PurePosixPath

# Extensions under which one content is as good as another.
_FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"image/jpeg", "image/jpg", "image/pjpeg"}),
    frozenset({"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"}),
    frozenset(
        {"video/mp4", "video/x-m4v", "video/quicktime", "video/3gpp", "video/3gpp2", "audio/mp4"}
    ),
    frozenset({"audio/ogg", "video/ogg", "audio/opus"}),
    frozenset({"video/webm", "audio/webm", "video/x-matroska"}),
    frozenset({"application/gzip", "application/x-tar"}),
    frozenset({"application/vnd.ms-outlook", "application/x-ole-storage"}),
)
_MORE_TYPES: dict[str, str] = {
    ".3gp": "video/3gpp",
    ".7z": "application/x-7z-compressed",
    ".arw": "image/x-sony-arw",
    ".avif": "image/avif",
    ".bz2": "application/x-bzip2",
    ".cr2": "image/x-canon-cr2",
    ".cr3": "image/x-canon-cr3",
    ".db": "application/vnd.sqlite3",
    ".dng": "image/x-adobe-dng",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".eml": "message/rfc822",
    ".gz": "application/gzip",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".ico": "image/vnd.microsoft.icon",
    ".m4a": "audio/mp4",
    ".mkv": "video/x-matroska",
    ".msg": "application/vnd.ms-outlook",
    ".nef": "image/x-nikon-nef",
    ".jxl": "image/jxl",
    ".orf": "image/x-olympus-orf",
    ".pef": "image/x-pentax-pef",
    ".raf": "image/x-fuji-raf",
    ".rw2": "image/x-panasonic-rw2",
    ".srw": "image/x-samsung-srw",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".rar": "application/x-rar",
    ".sqlite": "application/vnd.sqlite3",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xmp": "application/rdf+xml",
    ".xz": "application/x-xz",
}
# Contents that are told by more than their name wherever they lie.
_BINARY = ("image/", "video/", "audio/", "font/")
_NEVER_PAGES = ("image/", "video/", "audio/", "application/pdf", "application/zip")
_BINARY_TYPES = frozenset(
    {"application/pdf", "application/zip", "application/msword", "application/encrypted"}
)


def promised(name: str) -> str | None:
    """The media type that the name's extension promises, or None."""
    extension = PurePosixPath(name).suffix.lower()
    if extension in _MORE_TYPES:
        return _MORE_TYPES[extension]
    return _built_in().get(extension)


@cache
def _built_in() -> dict[str, str]:
    """Python's own table, without the machine's: the same answer everywhere."""
    return mimetypes.MimeTypes().types_map[True]


def is_binary(media_type: str) -> bool:
    """Whether a type is told by its bytes, not by the shape of its text."""
    if media_type == "image/svg+xml":
        return False
    return media_type.startswith((*_BINARY, "application/vnd.")) or media_type in _BINARY_TYPES


def contradiction(name: str, media_type: str) -> str | None:
    """A sentence where name and content disagree, or None."""
    expected = promised(name)
    # What is encrypted may well be what the name says.
    if expected is None or media_type in (expected, "application/encrypted"):
        return None
    if _related(expected, media_type):
        return None
    extension = PurePosixPath(name).suffix
    return f"the name ends in {extension}, but the content is {media_type}"


def _related(expected: str, found: str) -> bool:
    if not is_binary(expected) and not is_binary(found):
        return True
    return any(expected in family and found in family for family in _FAMILIES)


def is_saved_page(name: str, media_type: str) -> bool:
    """Whether a web page lies under the name of a picture, a video, a PDF or an archive.

    Programs do write tables as web pages and call them `.xls` and `.doc`.
    """
    expected = promised(name) or ""
    return media_type == "text/html" and expected.startswith(_NEVER_PAGES)
