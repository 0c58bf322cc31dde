"""What a ZIP file is for: the names in its central directory tell (APPNOTE.TXT 4.3)."""

from __future__ import annotations

import os
import struct
from pathlib import Path

_TAIL_BYTES = 22 + 65_535  # end record and the longest comment
_DIRECTORY_BYTES = 256 * 1024
_OOXML = "application/vnd.openxmlformats-officedocument."
_MIMETYPE_LOCAL = b"mimetype"

_BY_NAME: tuple[tuple[str, str], ...] = (
    ("word/document.xml", _OOXML + "wordprocessingml.document"),
    ("xl/workbook.xml", _OOXML + "spreadsheetml.sheet"),
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
    ("ppt/presentation.xml", _OOXML + "presentationml.presentation"),
    ("AndroidManifest.xml", "application/vnd.android.package-archive"),
    ("META-INF/MANIFEST.MF", "application/java-archive"),
    ("doc.kml", "application/vnd.google-earth.kmz"),
)
_MACROS: tuple[tuple[str, str], ...] = (
    ("word/vbaProject.bin", "application/vnd.ms-word.document.macroEnabled.12"),
    ("xl/vbaProject.bin", "application/vnd.ms-excel.sheet.macroEnabled.12"),
    ("ppt/vbaProject.bin", "application/vnd.ms-powerpoint.presentation.macroEnabled.12"),
)


def zip_media_type(path: Path, head: bytes) -> str:
    """The media type of what the ZIP container holds; `application/zip` where nothing tells."""
    declared = _declared(head)
    if declared is not None:
        return declared
    names = central_names(path)
    folded = {name.replace("\\", "/") for name in names}
    for name, media_type in (*_MACROS, *_BY_NAME):
        if name in folded:
            return media_type
    return "application/zip"


def _declared(head: bytes) -> str | None:
    """The type that OpenDocument and EPUB store uncompressed as their first member."""
    if len(head) < 38 or head[30:38] != _MIMETYPE_LOCAL:
        return None
    name, extra, size = *struct.unpack_from("<HH", head, 26), *struct.unpack_from("<L", head, 18)
    raw = head[30 + name + extra : 30 + name + extra + min(size, 200)]
    text = raw.decode("ascii", "replace").strip()
    return text if text.startswith("application/") and text.isprintable() else None


def central_names(path: Path) -> list[str]:
    """Names from the first quarter megabyte of the central directory; none if there is none."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + 22:
            return []
        (length,) = struct.unpack_from("<L", tail, at + 12)
        # Counted back from its end: bytes before the archive (a stub) move the whole directory.
        file.seek(max(0, max(0, size - _TAIL_BYTES) + at - length))
        return _names(file.read(min(length, _DIRECTORY_BYTES)))


def _names(directory: bytes) -> list[str]:
    names, at = [], 0
    while directory.startswith(b"PK\x01\x02", at) and at + 46 <= len(directory):
        name, extra, comment = struct.unpack_from("<HHH", directory, at + 28)
        names.append(directory[at + 46 : at + 46 + name].decode("utf-8", "replace"))
        at += 46 + name + extra + comment
    return names
