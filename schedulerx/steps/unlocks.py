"""Which files passwords are tried on, and how."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from schedulerx.documents import odf_locks, office_locks
from schedulerx.documents.containers import unlocking
from schedulerx.documents.formats import LOCKED_PACKAGE, OLE_DOCUMENTS, OPEN_DOCUMENT
from schedulerx.documents.integrity import pdf
from schedulerx.documents.integrity.rejections import unreadable
from schedulerx.media.sniff import media_type
from schedulerx.model.findings import Findings
from schedulerx.model.passwords import Passwords
from schedulerx.model.work import FileWork
from schedulerx.settings import ValidateSettings
from schedulerx.steps.checks import check_of
from schedulerx.steps.unlocked import PACKAGES, plain_copy

# What is found behind the lock, with the line of the password; None where none opens it.
Unlock = Callable[[Path, ValidateSettings, Passwords], Findings | None]

_UNLOCKS: dict[str, Unlock] = {
    "application/zip": unlocking.unlock_zip,
    "application/vnd.google-earth.kmz": unlocking.unlock_zip,
    "application/x-7z-compressed": unlocking.unlock_seven_zip,
    "application/pdf": pdf.unlock,
}


def unlock(work: FileWork, kind: str) -> Findings | None:
    """What is found behind the lock of a file of this type; None where nothing opens it.

    Raises:
        RejectedInput: what lies behind is broken or hostile.
    """
    if kind == LOCKED_PACKAGE or kind in OLE_DOCUMENTS:
        return _unlock_office(work) if office_locks.is_usable() else None
    if kind.startswith(OPEN_DOCUMENT):
        return _unlock_office(work) if odf_locks.is_usable() and work.passwords else None
    if kind in _UNLOCKS and work.passwords:
        return _UNLOCKS[kind](work.path, work.settings.validate, work.passwords)
    return None


def _unlock_office(work: FileWork) -> Findings | None:
    plain = plain_copy(work)
    if plain is None:
        return None
    found = media_type(plain.path, work.member.path)
    if found not in OLE_DOCUMENTS and not found.startswith(PACKAGES):
        raise unreadable("what lies behind the document's password is no Office document")
    findings = check_of(found)(plain.path, work.settings.validate)
    return replace(findings, password_line=plain.line, media_type=found)
