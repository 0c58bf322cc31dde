"""What an OLE compound file is for: the streams in it tell."""

from __future__ import annotations

from pathlib import Path

from schedulerx.formats.ole import OleFile

# The stream that only this kind holds. Protected OOXML lies whole in `EncryptedPackage`.
_KINDS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "application/encrypted"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("WordDocument", "application/msword"),
    ("VisioDocument", "application/vnd.visio"),
    ("Quill", "application/x-mspublisher"),
)


def ole_media_type(path: Path) -> str:
    """The media type of an OLE compound file; the container's own where no stream tells more."""
    names = set(OleFile(path).names())
    for stream, media_type in _KINDS:
        if stream in names:
            return media_type
    return "application/x-ole-storage"
