"""Identity of a file: the same path with the same bytes is the same object, wherever it lies."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

# The part size of `aws s3 sync` and boto3: a folder then has the ETags its upload would get.
PART_BYTES = 8 * 1024 * 1024
_CHUNK = 256 * 1024  # both hashes find it in the processor's cache


def object_id(path: bytes, etag: str, source: str = "") -> str:
    """128-bit BLAKE2b of source name, path and ETag, as 32 hex digits.

    `source` is empty unless the operator names it, so a folder and the bucket it was uploaded to
    give equal ids (docs/decisions/0002).
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in (source.encode(), path, etag.strip('"').encode()):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


class EtagHash:
    """The ETag S3 gives an upload of these bytes (SSE-S3 or no encryption, 8 MiB parts)."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._part = hashlib.md5(usedforsecurity=False)
        self._room = PART_BYTES

    def update(self, data: bytes) -> None:
        """Takes the next bytes of the file."""
        view = memoryview(data)
        while len(view) > 0:
            if self._room == 0:
                self._close_part()
            taken = view[: self._room]
            self._part.update(taken)
            self._room -= len(taken)
            view = view[len(taken) :]

    def _close_part(self) -> None:
        self._parts.append(self._part.digest())
        self._part = hashlib.md5(usedforsecurity=False)
        self._room = PART_BYTES

    def etag(self) -> str:
        """The ETag without quotes: an MD5, or the MD5 of the parts' MD5s and their count."""
        # boto3 uploads in parts from the threshold on, so exactly 8 MiB is one part of a multipart.
        if not self._parts and self._room > 0:
            return self._part.hexdigest()
        parts = [*self._parts, self._part.digest()]
        return f"{hashlib.md5(b''.join(parts), usedforsecurity=False).hexdigest()}-{len(parts)}"


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def hash_file(path: Path) -> tuple[str, str]:
    """SHA-256 (hex) and ETag of a file, in one read."""
    sha, etag = hashlib.sha256(), EtagHash()
    with path.open("rb") as file:
        for chunk in _chunks(file):
            sha.update(chunk)
            etag.update(chunk)
    return sha.hexdigest(), etag.etag()


def portable_path(raw: bytes) -> tuple[str, str | None]:
    r"""A path as text, and base64 of its bytes where the text cannot hold them.

    Bytes that are not UTF-8 are written as `\\xNN`.
    """
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace"), base64.b64encode(raw).decode("ascii")


def raw_path(path: str, raw: str | None) -> bytes:
    """The inverse of `portable_path`."""
    return base64.b64decode(raw) if raw is not None else path.encode("utf-8")
