"""Office documents behind a password, made for tests."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from base64 import b64encode
from hashlib import md5
from pathlib import Path

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from msoffcrypto.format.ooxml import OOXMLFile

from tests.documents.ole_files import ole_file

_SALT = bytes(range(16))
_BLOCK = 512


def locked_package(path: Path, plain: bytes, password: str) -> Path:
    """A docx, xlsx or pptx as Office 2010 and later lock it."""
    with path.open("wb") as locked:
        OOXMLFile(io.BytesIO(plain)).encrypt(password, locked)
    return path


def _rc4(data: bytes, password: str) -> bytes:
    """[MS-OFFCRYPTO] 2.3.6: a key for every 512 bytes."""
    start = md5(password.encode("utf-16-le")).digest()[:5]
    middle = md5((start + _SALT) * 16).digest()[:5]
    pieces = []
    for place in range(0, len(data), _BLOCK):
        key = md5(middle + struct.pack("<L", place // _BLOCK)).digest()
        cipher = Cipher(ARC4(key), mode=None).encryptor()
        pieces.append(cipher.update(data[place : place + _BLOCK]))
    return b"".join(pieces)


def locked_letter(path: Path, text: str, password: str) -> Path:
    """A document as Word 97 locks it."""
    verifier = bytes(range(16, 32))
    proof = _rc4(verifier + md5(verifier).digest(), password)
    description = struct.pack("<HH", 1, 1) + _SALT + proof
    body = text.encode("utf-16-le")
    pieces = struct.pack("<2L", 0, len(text)) + struct.pack("<HLH", 0, 2048, 0)
    clx = b"\x02" + struct.pack("<L", len(pieces)) + pieces
    main = bytearray(2048) + body
    main[:2], main[10:12] = b"\xec\xa5", struct.pack("<H", 0x0300)  # locked, table 1
    struct.pack_into("<L", main, 14, len(description))
    struct.pack_into("<LL", main, 0x01A2, len(description), len(clx))
    table = bytes(len(description)) + clx
    streams = {
        "WordDocument": bytes(main[:68]) + _rc4(bytes(main), password)[68:],
        "1Table": description + _rc4(table.ljust(5000, b"\0"), password)[len(description) :],
    }
    return ole_file(path, dict(streams))


def locked_open_document(
    path: Path, parts: dict[str, bytes], password: str, rounds: int = 1000, start: str = "sha256"
) -> Path:
    """An OpenDocument file as ISO/IEC 26300-3 locks it: each part packed, then AES-256-CBC. The
    first part is `mimetype`, and stays open.
    """
    mimetype, *names = parts
    entries = []
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(mimetype, parts[mimetype])
        for place, name in enumerate(names):
            salt, vector = bytes([place]) * 16, bytes([place + 100]) * 16
            first = hashlib.new(start, password.encode()).digest()
            key = hashlib.pbkdf2_hmac("sha1", first, salt, rounds, 32)
            packer = zlib.compressobj(wbits=-15)
            packed = packer.compress(parts[name]) + packer.flush()
            padding = 16 - len(packed) % 16
            cipher = Cipher(AES(key), CBC(vector)).encryptor()
            sealed = cipher.update(packed + bytes(padding - 1) + bytes([padding]))
            package.writestr(name, sealed + cipher.finalize())
            entries.append(_entry(name, len(parts[name]), vector, salt, rounds, start))
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
            f'manifest:1.0">{"".join(entries)}</manifest:manifest>',
        )
    return path


def _entry(name: str, size: int, vector: bytes, salt: bytes, rounds: int, start: str) -> str:
    return (
        f'<manifest:file-entry manifest:full-path="{name}" manifest:size="{size}">'
        "<manifest:encryption-data><manifest:algorithm"
        ' manifest:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc"'
        f' manifest:initialisation-vector="{b64encode(vector).decode()}"/>'
        '<manifest:key-derivation manifest:key-derivation-name="PBKDF2" manifest:key-size="32"'
        f' manifest:iteration-count="{rounds}" manifest:salt="{b64encode(salt).decode()}"/>'
        "<manifest:start-key-generation manifest:start-key-generation-name="
        f'"http://www.w3.org/2000/09/xmldsig#{start}"/></manifest:encryption-data>'
        "</manifest:file-entry>"
    )
