"""RAR archives, by their first headers alone (RAR 5.0 archive format): locked or not."""

from __future__ import annotations

from pathlib import Path

from schedulerx.documents.integrity.rejections import locked, unreadable
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings

_FIVE = b"Rar!\x1a\x07\x01\x00"
_ENCRYPTION_HEADER = 4
_MAIN_ENCRYPTED, _FILE_ENCRYPTED = 0x0080, 0x0004
_HEAD_BYTES = 64 * 1024
_UNTESTED = Findings(warnings=("the members of RAR archives are not tested",))


def check(path: Path, limits: ValidateSettings) -> Findings:  # noqa: ARG001  (every check's shape)
    """Whether the archive has headers, and they do not ask for a password.

    Raises:
        RejectedInput: it is locked, or cut off.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if len(head) < 20:
        raise unreadable("the RAR archive is cut off within its first header")
    shut = _five_locked(head) if head.startswith(_FIVE) else _four_locked(head)
    if shut:
        raise locked("the RAR archive needs a password")
    return _UNTESTED


def _five_locked(head: bytes) -> bool:
    at = len(_FIVE) + 4  # after the checksum
    while at < len(head) and head[at] & 0x80:  # the size, seven bits a byte
        at += 1
    return head[at + 1 : at + 2] == bytes([_ENCRYPTION_HEADER])


def _four_locked(head: bytes) -> bool:
    main = int.from_bytes(head[10:12], "little")
    first = 7 + int.from_bytes(head[12:14], "little")
    flags = int.from_bytes(head[first + 3 : first + 5], "little")
    return bool(main & _MAIN_ENCRYPTED or flags & _FILE_ENCRYPTED)
