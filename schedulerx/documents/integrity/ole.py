"""Office documents and messages in OLE containers: all sectors there, no password asked for."""

from __future__ import annotations

from pathlib import Path

from schedulerx.documents.integrity.rejections import locked, unreadable
from schedulerx.formats.ole import OleFile
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings

_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_WORD_ENCRYPTED = 0x0100  # [MS-DOC] FibBase.fEncrypted
_FILE_PASS = 0x002F  # [MS-XLS] FilePass
_BOF = 0x0809
_RECORDS_LOOKED_AT = 200


def check(path: Path, limits: ValidateSettings) -> Findings:  # noqa: ARG001  (every check's shape)
    """Whether the container's directory reads and its sectors are all there.

    Raises:
        RejectedInput: it needs a password, or has no directory.
    """
    file = OleFile(path)
    names = file.names()
    if not names:
        raise unreadable("the document's directory cannot be read")
    if _is_locked(file, names):
        raise locked("the document needs a password")
    missing = file.missing_bytes()
    return Findings(
        damage=f"the last {missing} bytes of the document are missing" if missing else None
    )


def needs_password(path: Path) -> bool:
    """Whether this is an OLE container whose document is locked."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return False
    container = OleFile(path)
    return _is_locked(container, container.names())


def _is_locked(file: OleFile, names: list[str]) -> bool:
    if "EncryptedPackage" in names or "EncryptedSummary" in names:
        return True
    if "WordDocument" in names:
        fib = file.head("WordDocument", 32)
        return bool(int.from_bytes(fib[10:12], "little") & _WORD_ENCRYPTED)
    for workbook in ("Workbook", "Book"):
        if workbook in names:
            return _has_file_pass(file.head(workbook, 4096))
    return False


def _has_file_pass(stream: bytes) -> bool:
    at = 0
    for _ in range(_RECORDS_LOOKED_AT):
        kind = int.from_bytes(stream[at : at + 2], "little")
        if kind == _FILE_PASS:
            return True
        if at + 4 > len(stream) or (at == 0 and kind != _BOF):
            return False
        at += 4 + int.from_bytes(stream[at + 2 : at + 4], "little")
    return False
