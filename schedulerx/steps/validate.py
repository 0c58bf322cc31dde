"""Validate: what a file is by its content, whether it is whole, and whether it may go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from schedulerx.documents.integrity import pdf, text
from schedulerx.errors import RejectedInput
from schedulerx.media.extensions import contradiction
from schedulerx.media.integrity import jpeg, pictures, png
from schedulerx.media.signatures import EMPTY
from schedulerx.media.sniff import media_type
from schedulerx.model.findings import Findings
from schedulerx.model.record import ReasonCode, Record, Status
from schedulerx.model.work import FileWork
from schedulerx.settings import ValidateSettings

Check = Callable[[Path, ValidateSettings], Findings]

_CHECKS: dict[str, Check] = {
    "image/jpeg": jpeg.check,
    "image/png": png.check,
    "application/pdf": pdf.check,
}
_FAMILIES: tuple[tuple[str, Check], ...] = (
    ("image/", pictures.check),
    ("text/", text.check),
)


def identify(work: FileWork, record: Record) -> Record:
    """The record with the media type, told by the content."""
    found = media_type(work.path, work.member.path)
    warning = contradiction(work.member.path, found) if found != EMPTY else None
    return msgspec.structs.replace(record, media_type=found, warnings=(warning,) if warning else ())


def run(work: FileWork, record: Record) -> Record:
    """The record with media type and warnings; quarantined where the file is at fault.

    Never raises for the file's fault: a rejected file still shows its type.
    """
    known = identify(work, record)
    try:
        findings = _checked(work, known)
    except RejectedInput as error:
        return _quarantined(known, error.code, error.reason)
    richer = msgspec.structs.replace(known, warnings=known.warnings + findings.warnings)
    if findings.damage is not None:
        return _quarantined(richer, ReasonCode.DAMAGED, findings.damage)
    return richer


def _checked(work: FileWork, record: Record) -> Findings:
    limits = work.settings.validate
    if record.media_type == EMPTY:
        raise RejectedInput(ReasonCode.EMPTY, "the file is empty")
    if record.origin.bytes > limits.max_bytes:
        raise RejectedInput(
            ReasonCode.REFUSED,
            f"the file has {record.origin.bytes:,} bytes, over the limit of "
            f"{limits.max_bytes:,}; raise max_bytes if it is genuine",
        )
    return _check_of(record.media_type or "")(work.path, limits)


def _check_of(media_type: str) -> Check:
    if media_type in _CHECKS:
        return _CHECKS[media_type]
    for prefix, check in _FAMILIES:
        if media_type.startswith(prefix):
            return check
    raise RejectedInput(ReasonCode.UNSUPPORTED, f"no step knows files of type {media_type}")


def _quarantined(record: Record, code: ReasonCode, reason: str) -> Record:
    return msgspec.structs.replace(
        record, status=Status.QUARANTINED, reason_code=code, reason=reason
    )
