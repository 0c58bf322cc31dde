"""Which integrity check a media type gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schedulerx.documents.integrity import (
    cards,
    database,
    mail,
    markup,
    office,
    ole,
    pdf,
    plists,
    rar,
    sevenzip,
    streams,
    structured,
    tables,
    text,
    unread,
    zips,
)
from schedulerx.errors import RejectedInput
from schedulerx.media.integrity import video
from schedulerx.model.findings import Findings
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings

Check = Callable[[Path, ValidateSettings], Findings]

_CHECKS: dict[str, Check] = {
    "image/svg+xml": markup.check,
    "text/xml": markup.check,
    "application/gpx+xml": markup.check,
    "application/rdf+xml": markup.check,
    "application/vnd.google-earth.kml+xml": markup.check,
    "application/pdf": pdf.check,
    "application/zip": zips.check,
    "application/java-archive": zips.check,
    "application/vnd.android.package-archive": zips.check,
    "application/vnd.google-earth.kmz": zips.check,
    "application/x-7z-compressed": sevenzip.check,
    "application/x-rar": rar.check,
    "application/gzip": streams.check_gzip,
    "application/x-bzip2": streams.check_bzip2,
    "application/x-xz": streams.check_xz,
    "application/x-tar": streams.check_tar,
    "application/epub+zip": office.check,
    "application/encrypted": ole.check,
    "application/msword": ole.check,
    "application/vnd.ms-excel": ole.check,
    "application/vnd.ms-powerpoint": ole.check,
    "application/vnd.ms-outlook": ole.check,
    "application/vnd.visio": ole.check,
    "application/x-mspublisher": ole.check,
    "application/x-ole-storage": ole.check,
    "application/json": structured.check,
    "application/x-ndjson": structured.check_lines,
    "application/x-plist": plists.check,
    "application/vnd.sqlite3": database.check,
    "application/x-sqlite3-wal": database.check_log,
    "application/x-sqlite3-journal": database.check_log,
    "application/x-sqlite3-shm": database.check_log,
    "application/mbox": mail.check_mailbox,
    "application/vnd.ms-tnef": mail.check_winmail,
    "message/rfc822": mail.check_message,
    "text/vcard": cards.check,
    "text/calendar": cards.check,
    "text/csv": tables.check,
    "text/tab-separated-values": tables.check,
    "application/x-arj": unread.check,
    "application/vnd.ms-cab-compressed": unread.check,
    "application/vnd.debian.binary-package": unread.check,
    "application/x-archive": unread.check,
    "application/x-cpio": unread.check,
    "application/x-iso9660-image": unread.check,
    "application/x-lz4": unread.check,
    "application/zstd": unread.check,
}
# Pictures that no decoder here reads.
_UNKNOWN = frozenset({
    "image/jxl", "image/x-exr", "image/vnd.djvu", "image/wmf", "image/emf",
    "audio/midi",
})  # fmt: skip
# Consulted in order for what the table does not name.
_FAMILIES: tuple[tuple[str, Check], ...] = (
    ("application/vnd.openxmlformats-officedocument.", office.check),
    ("application/vnd.oasis.opendocument.", office.check),
    ("application/vnd.ms-word.", office.check),
    ("application/vnd.ms-excel.", office.check),
    ("application/vnd.ms-powerpoint.", office.check),
    ("video/", video.check),
    ("audio/", video.check),
    ("text/", text.check),
)


def check_of(media_type: str) -> Check:
    """The check for files of this type.

    Raises:
        RejectedInput: no step knows such files.
    """
    if media_type in _CHECKS:
        return _CHECKS[media_type]
    if media_type not in _UNKNOWN:
        for prefix, check in _FAMILIES:
            if media_type.startswith(prefix):
                return check
    raise RejectedInput(ReasonCode.UNSUPPORTED, f"no step can read files of type {media_type}")
