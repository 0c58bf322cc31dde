"""Office documents in ZIP containers (OOXML, OpenDocument, EPUB): the archive and its main part."""

from __future__ import annotations

import zipfile
from pathlib import Path

from schedulerx.documents.integrity import zips
from schedulerx.documents.integrity.rejections import locked, unreadable
from schedulerx.documents.integrity.zip_limits import ZIP_ERRORS
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings

_MAIN_PARTS = (
    "word/document.xml", "xl/workbook.xml", "xl/workbook.bin", "ppt/presentation.xml",
    "content.xml", "META-INF/container.xml",
)  # fmt: skip
_MACROS = ("word/vbaProject.bin", "xl/vbaProject.bin", "ppt/vbaProject.bin")
_MANIFEST = "META-INF/manifest.xml"
_MANIFEST_BYTES = 1024 * 1024


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether the document's parts are whole and its main part is there.

    Raises:
        RejectedInput: locked, hostile, over a limit, or without a main part.
    """
    found = zips.check(path, limits)
    with zipfile.ZipFile(path) as archive:
        names = {name.replace("\\", "/") for name in archive.namelist()}
        if not names.intersection(_MAIN_PARTS):
            raise unreadable("the document has no main part")
        if _MANIFEST in names and _is_encrypted(archive):
            raise locked("the document needs a password")
    macros = ("the document holds macros; they are never run",) if names & {*_MACROS} else ()
    return Findings(damage=found.damage, warnings=found.warnings + macros)


def needs_password(path: Path) -> bool:
    """Whether an OpenDocument file is locked; one that cannot be read is not."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _is_encrypted(archive)
    except ZIP_ERRORS:
        return False


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    """OpenDocument says in its manifest which parts are encrypted."""
    try:
        with archive.open(_MANIFEST) as manifest:
            return b"encryption-data" in manifest.read(_MANIFEST_BYTES)
    except (KeyError, *ZIP_ERRORS):
        return False
