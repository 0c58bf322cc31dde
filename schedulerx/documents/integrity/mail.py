"""E-mail: messages and mailboxes that begin with a header."""

from __future__ import annotations

import email
import email.policy
from email.message import Message
from pathlib import Path

from schedulerx.documents import tnef
from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.integrity.rejections import refused, unreadable
from schedulerx.model.findings import SOUND, Findings
from schedulerx.settings import ValidateSettings

# A message is parsed in memory, in which it takes thrice its size.
_PARSED_BYTES = 128 * 1024 * 1024


def check_message(path: Path, limits: ValidateSettings) -> Findings:  # noqa: ARG001  (every check's shape)
    """Whether the message has a header; warnings for what breaks the rules of MIME.

    Raises:
        RejectedInput: it has no header, or parts in parts without end.
    """
    if path.stat().st_size > _PARSED_BYTES:
        return Findings(warnings=("the message is too long to be tested",))
    try:
        with path.open("rb") as file:
            message = email.message_from_binary_file(file, policy=email.policy.compat32)
    except RecursionError as error:
        raise refused("its parts are nested deeper than any message needs") from error
    if not message.keys():
        raise unreadable("the message has no header")
    defects = [defect for part in message.walk() for defect in part.defects]
    # Real mail breaks the rules all the time, and is read all the same.
    names = sorted({type(defect).__name__.removesuffix("Defect") for defect in defects})
    return Findings(warnings=(f"the message is malformed: {', '.join(names)}",)) if names else SOUND


def check_mailbox(path: Path, limits: ValidateSettings) -> Findings:  # noqa: ARG001  (every check's shape)
    """Whether the mailbox begins with a message; its messages are judged when they are read.

    Raises:
        RejectedInput: it does not.
    """
    with path.open("rb") as file:
        file.readline()
        head: Message = email.message_from_bytes(file.read(64 * 1024))
    if not head.keys():
        raise unreadable("the mailbox's first message has no header")
    return SOUND


def check_winmail(path: Path, limits: ValidateSettings) -> Findings:  # noqa: ARG001  (every check's shape)
    """Whether what Exchange packed can be had; a warning where it ends early."""
    try:
        for _ in tnef.attachments(path):
            pass
    except DamagedDocument as error:
        return Findings(warnings=(str(error),))
    return SOUND
