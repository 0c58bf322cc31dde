"""Validate: what a file is by its content, whether it is whole, and whether it may go on."""

from __future__ import annotations

import msgspec

from schedulerx.errors import RejectedInput
from schedulerx.media.extensions import contradiction, is_saved_page
from schedulerx.media.signatures import EMPTY
from schedulerx.media.sniff import media_type
from schedulerx.model.findings import Findings
from schedulerx.model.record import ReasonCode, Record, Status
from schedulerx.model.work import FileWork
from schedulerx.steps.checks import check_of
from schedulerx.steps.decoded import decoded, is_picture
from schedulerx.steps.describe import described, salvaged
from schedulerx.steps.plain_words import plain
from schedulerx.steps.unlocks import unlock


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
        return _rejected(work, known, error)
    richer = msgspec.structs.replace(
        known,
        warnings=(
            *known.warnings,
            *map(plain, findings.warnings),
            *_opened_by(findings.password_line),
        ),
        password_line=findings.password_line,
        media_type=findings.media_type or known.media_type,
    )
    if findings.damage is not None:
        return _quarantined(work, richer, ReasonCode.DAMAGED, findings.damage)
    return richer


def _checked(work: FileWork, record: Record) -> Findings:
    found, limits = record.media_type or "", work.settings.validate
    if found == EMPTY:
        raise RejectedInput(ReasonCode.EMPTY, "the file is empty")
    if record.origin.bytes > limits.max_bytes:
        raise RejectedInput(
            ReasonCode.REFUSED,
            f"the file has {record.origin.bytes:,} bytes, over the limit of "
            f"{limits.max_bytes:,}; raise max_bytes if it is genuine",
        )
    if is_saved_page(work.member.path, found):
        raise RejectedInput(
            ReasonCode.REFUSED,
            "a web page was saved under the name of another kind of file: "
            "its download failed; fetch it again",
        )
    try:
        if is_picture(found):
            return decoded(work, found).findings
        return check_of(found)(work.path, limits)
    except RejectedInput as error:
        if error.code is not ReasonCode.LOCKED:
            raise
        return _unlocked(work, found, error)


def _opened_by(line: int | None) -> tuple[str, ...]:
    return () if line is None else (f"opened with the password on line {line} of the file",)


def _unlocked(work: FileWork, media_type: str, error: RejectedInput) -> Findings:
    """What is found behind the lock, where one of the passwords opens it."""
    findings = unlock(work, media_type)
    if findings is None:
        raise RejectedInput(ReasonCode.LOCKED, work.passwords.still_locked(error.reason))
    return findings


def _rejected(work: FileWork, record: Record, error: RejectedInput) -> Record:
    """Quarantined, with what the headers of a file that opens no further still tell."""
    if error.code in (ReasonCode.LOCKED, ReasonCode.REFUSED):
        told = salvaged(work.path, record.media_type or "")
        if told is not None:
            record = described(record, told)
    return _quarantined(work, record, error.code, error.reason)


def _quarantined(work: FileWork, record: Record, code: ReasonCode, reason: str) -> Record:
    """Libraries name the local copy; a reason is about the file, and equal on every machine."""
    for local in (repr(str(work.path)), str(work.path)):
        reason = reason.replace(local, "of this name")
    return msgspec.structs.replace(
        record, status=Status.QUARANTINED, reason_code=code, reason=plain(reason)
    )
