"""Which password opens an archive: each is tried on one member, to its checksum."""

from __future__ import annotations

import zipfile
from pathlib import Path

from schedulerx.documents.containers.zip_locked import opens
from schedulerx.documents.integrity.rejections import unreadable
from schedulerx.documents.integrity.zip_limits import ENCRYPTED, ZIP_ERRORS
from schedulerx.errors import RejectedInput
from schedulerx.model.findings import Findings
from schedulerx.model.passwords import Passwords
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings


def unlock_zip(
    path: Path,
    limits: ValidateSettings,  # noqa: ARG001  (every unlock's shape; they were held before)
    passwords: Passwords,
) -> Findings | None:
    """The line of the password that opens the smallest locked member; None where none does.

    Raises:
        RejectedInput: the archive broke meanwhile.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            shut = [member for member in archive.infolist() if member.flag_bits & ENCRYPTED]
    except ZIP_ERRORS as error:
        raise unreadable(f"the ZIP archive has no usable directory: {error}") from error
    if not shut:
        return None
    # An empty member tells nothing: any password fits one time in 256.
    trial = min(shut, key=lambda member: (member.file_size == 0, member.file_size))
    for line, password in passwords.first():
        if opens(path, trial, password):
            return Findings(password_line=line)
    return None


def unlock_seven_zip(path: Path, limits: ValidateSettings, passwords: Passwords) -> Findings | None:
    """The line of the password that opens the archive; None where none does.

    Raises:
        RejectedInput: it is broken or hostile.
    """
    # Its wheels are not among those that validation on arrival is deployed with.
    from schedulerx.documents.containers.seven_zip import SevenZipMembers  # noqa: PLC0415

    try:
        return Findings(password_line=SevenZipMembers(path, limits, passwords, None).line)
    except RejectedInput as error:
        if error.code is ReasonCode.LOCKED:
            return None
        raise
