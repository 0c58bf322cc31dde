"""Office documents behind a password ([MS-OFFCRYPTO]): OOXML with agile or standard encryption;
Word, Excel and PowerPoint before 2007 with RC4 or XOR.
"""

from __future__ import annotations

import logging
import re
import struct
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers.expat import ExpatError

import olefile

from schedulerx.documents.integrity.rejections import refused, unreadable

# Excel and PowerPoint lock with these where nobody chose a password, and open without asking.
ALWAYS_TRIED = ("VelvetSweatshop", "/01Hannes Ruescher/01")
MAX_BYTES = 256 * 1024 * 1024  # decrypted in memory
# Office writes 100,000; each password costs so many rounds of a hash.
MAX_ROUNDS = 1_000_000
_DESCRIPTION = "EncryptionInfo"
_DESCRIPTION_BYTES = 64 * 1024
_ROUNDS = re.compile(rb"spinCount\s*=\s*[\"']\s*(\d{1,20})")
# What the library and its parsers raise on broken files beside its own errors, and on passwords
# that the older methods cannot hold.
_ERRORS = (
    OSError, struct.error, IndexError, AttributeError, TypeError, ValueError, KeyError,
    OverflowError, RecursionError, AssertionError, UnboundLocalError, ExpatError,
)  # fmt: skip


def decrypt(path: Path, passwords: Iterable[str], target: Path) -> int | None:
    """Writes the document without its lock to `target`. The place in `passwords` of the one that
    opens it, from 0; None where none does.

    Raises:
        RejectedInput: it is broken, hostile, or over a limit.
    """
    if path.stat().st_size > MAX_BYTES:
        raise refused(f"the locked document has over {MAX_BYTES:,} bytes; unlock it by hand")
    _hold_rounds(path)
    for place, password in enumerate(passwords):
        with path.open("rb") as source:
            document = _opened(source)
            if _fits(document, password):
                _write(document, target)
                return place
    return None


def _hold_rounds(path: Path) -> None:
    """Refuses what would cost hours a password, or whose description is no plain XML."""
    try:
        with olefile.OleFileIO(str(path)) as file:
            if not file.exists(_DESCRIPTION):
                return
            with file.openstream(_DESCRIPTION) as stream:
                data: bytes = stream.read(_DESCRIPTION_BYTES + 1)
    except _ERRORS as error:
        raise unreadable(f"the document's container cannot be read: {error}") from error
    if len(data) > _DESCRIPTION_BYTES or b"<!" in data:
        raise refused("the description of the document's lock is not as any program writes it")
    rounds = max(map(int, _ROUNDS.findall(data)), default=0)
    if rounds > MAX_ROUNDS:
        raise refused(
            f"the document's lock takes {rounds:,} rounds a password, over {MAX_ROUNDS:,}"
        )


def is_usable() -> bool:
    """Whether the library is there: its wheels are too large for validation on arrival."""
    return find_spec("msoffcrypto") is not None


@cache
def _library() -> Any:
    """The library. What it logs holds passwords and keys: nobody is to get that."""
    import msoffcrypto  # noqa: PLC0415  (see `is_usable`)

    logging.getLogger("msoffcrypto").propagate = False
    return msoffcrypto


def _failures() -> tuple[type[Exception], ...]:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415  (see `is_usable`)
    from msoffcrypto import exceptions  # noqa: PLC0415

    own = (exceptions.FileFormatError, exceptions.ParseError, exceptions.DecryptionError)
    return (*_ERRORS, UnsupportedAlgorithm, *own)


def _opened(source: BinaryIO) -> Any:
    try:
        return _library().OfficeFile(source)
    except _failures() as error:
        raise unreadable(f"the document's lock cannot be read: {error}") from error


def _fits(document: Any, password: str) -> bool:
    """Whether the password opens it. The older formats check always, OOXML where it is asked to."""
    try:
        if document.format == "ooxml" and document.type == "agile":
            if not _opens_agile(document.info, password):  # half of what making the key costs too
                return False
            document.load_key(password=password)
        elif document.format == "ooxml":
            document.load_key(password=password, verify_password=True)
        else:
            document.load_key(password=password)
    except _failures():
        return False
    return True


def _opens_agile(lock: dict[str, Any], password: str) -> bool:
    from msoffcrypto.method.ecma376_agile import (  # noqa: PLC0415  (see `is_usable`)
        ECMA376Agile,
    )

    fits: bool = ECMA376Agile.verify_password(
        password,
        lock["passwordSalt"],
        lock["passwordHashAlgorithm"],
        lock["encryptedVerifierHashInput"],
        lock["encryptedVerifierHashValue"],
        lock["spinValue"],
        lock["passwordKeyBits"],
    )
    return fits


def _write(document: Any, target: Path) -> None:
    try:
        with target.open("wb") as plain:
            document.decrypt(plain)
    except _failures() as error:
        raise unreadable(f"the document cannot be had from behind its lock: {error}") from error
