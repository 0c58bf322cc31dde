"""OpenDocument behind a password (ISO/IEC 26300-3, 4.8 and 3.4): AES-256-CBC as LibreOffice has
written it since 3.5. Older ones (Blowfish) and those that are encrypted whole (since 24.8) stay
locked.
"""

from __future__ import annotations

import binascii
import hashlib
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from xml.etree.ElementTree import Element

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.integrity.rejections import refused, unreadable
from schedulerx.documents.packages import opened, part, small_part

MAX_BYTES = 256 * 1024 * 1024  # of all parts, encrypted or not: they are had in memory
MAX_ROUNDS = 20_000_000  # of all parts together: LibreOffice writes 100,000 for each
_MANIFEST = "META-INF/manifest.xml"
_OPEN_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)
_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_STARTS = {  # of the hash that the password goes through first
    "sha1": hashlib.sha1, "http://www.w3.org/2000/09/xmldsig#sha1": hashlib.sha1,
    "http://www.w3.org/2000/09/xmldsig#sha256": hashlib.sha256,
    "http://www.w3.org/2001/04/xmlenc#sha256": hashlib.sha256,
}  # fmt: skip
_AES_CBC = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
_KEY_BYTES = 32
_BLOCK = 16


@dataclass(frozen=True)
class _Lock:
    """How one part is locked. `size` is that of the plain part, 0 where the manifest tells none."""

    name: str
    size: int
    vector: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    rounds: int
    start: str

    def key(self, password: str) -> bytes:
        """The key that follows from a password."""
        first = _STARTS[self.start](password.encode()).digest()
        return hashlib.pbkdf2_hmac("sha1", first, self.salt, self.rounds, _KEY_BYTES)


def is_usable() -> bool:
    """Whether the library for AES is there: validation on arrival does without."""
    return find_spec("Crypto") is not None


def decrypt(path: Path, passwords: Iterable[str], target: Path) -> int | None:
    """Writes the document without its lock to `target`: what is text in it, without its pictures.
    The place in `passwords` of the one that opens it, from 0; None where none does, or where it is
    locked in a way that is not known.

    Raises:
        RejectedInput: it is broken, hostile, or over a limit.
    """
    try:
        with opened(path) as archive:
            locks = _locks(archive)
            if locks is None:
                return None
            _hold_limits(locks)
            smallest = min(locks, key=lambda lock: lock.size or MAX_BYTES)
            sealed = _sealed(archive, smallest)
            for place, password in enumerate(passwords):
                if _plain(smallest, sealed, password) is not None:
                    _write(archive, locks, password, target)
                    return place
    except DamagedDocument as error:
        raise unreadable(str(error)) from error
    return None


def _locks(archive: zipfile.ZipFile) -> list[_Lock] | None:
    """How the parts with text are locked; None where one is in a way that is not known."""
    entries = [one for one in small_part(archive, _MANIFEST) if one.tag == f"{_NAMES}file-entry"]
    sealed = [one for one in entries if one.find(f"{_NAMES}encryption-data") is not None]
    locks = [_lock(one) for one in sealed if one.get(f"{_NAMES}full-path", "").endswith(".xml")]
    known = [lock for lock in locks if lock is not None]
    return known if known and len(known) == len(locks) else None


def _lock(entry: Element) -> _Lock | None:
    def said(element: str, name: str) -> str:
        found = entry.find(f"{_NAMES}encryption-data/{_NAMES}{element}")
        return "" if found is None else found.get(f"{_NAMES}{name}", "")

    start = said("start-key-generation", "start-key-generation-name").lower() or "sha1"
    derived = said("key-derivation", "key-derivation-name").rpartition("#")[2].lower()
    size = said("key-derivation", "key-size") or str(_KEY_BYTES)
    if said("algorithm", "algorithm-name") != _AES_CBC or derived != "pbkdf2":
        return None
    if start not in _STARTS or size != str(_KEY_BYTES):
        return None
    try:
        return _Lock(
            name=entry.get(f"{_NAMES}full-path", ""),
            size=int(entry.get(f"{_NAMES}size") or 0),
            vector=binascii.a2b_base64(said("algorithm", "initialisation-vector")),
            salt=binascii.a2b_base64(said("key-derivation", "salt")),
            rounds=int(said("key-derivation", "iteration-count")),
            start=start,
        )
    except (binascii.Error, ValueError) as error:
        raise DamagedDocument(f"The document's lock cannot be read: {error}") from error


def _hold_limits(locks: list[_Lock]) -> None:
    rounds = sum(lock.rounds for lock in locks)
    if rounds > MAX_ROUNDS or min(lock.rounds for lock in locks) < 1:
        raise refused(f"the document's lock takes {rounds:,} rounds a password")
    if sum(max(lock.size, 0) for lock in locks) > MAX_BYTES:
        raise refused(f"the locked document has over {MAX_BYTES:,} bytes; unlock it by hand")


def _sealed(archive: zipfile.ZipFile, lock: _Lock) -> bytes:
    with part(archive, lock.name, MAX_BYTES) as file:
        return file.read()


def _plain(lock: _Lock, sealed: bytes, password: str) -> bytes | None:
    """The part without its lock: what the password opens is packed text of the size promised."""
    from Crypto.Cipher import AES  # noqa: PLC0415  (see `is_usable`)

    if len(lock.vector) != _BLOCK or not sealed or len(sealed) % _BLOCK:
        return None
    packed = AES.new(lock.key(password), AES.MODE_CBC, lock.vector).decrypt(sealed)
    padding = packed[-1]  # its last byte counts it; what it is else does not matter
    if not 1 <= padding <= _BLOCK:
        return None
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        text = unpacking.decompress(packed[:-padding], MAX_BYTES)
    except zlib.error:
        return None
    whole = unpacking.eof and lock.size in (0, len(text))
    return text if whole else None


def _write(archive: zipfile.ZipFile, locks: list[_Lock], password: str, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as plain:
        if "mimetype" in archive.namelist():
            with part(archive, "mimetype", 1024) as file:
                plain.writestr("mimetype", file.read(), zipfile.ZIP_STORED)
        for lock in locks:
            text = _plain(lock, _sealed(archive, lock), password)
            if text is None:
                raise unreadable(f"{lock.name} cannot be had from behind the document's lock")
            plain.writestr(lock.name, text)
        plain.writestr(_MANIFEST, _OPEN_MANIFEST)
