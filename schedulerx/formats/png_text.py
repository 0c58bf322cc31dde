"""Texts in a PNG file: tEXt, zTXt and iTXt chunks (W3C PNG, third edition, 11.3.3)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from mmap import mmap

from schedulerx.formats.png import Chunk, chunks

_MAX_TEXTS = 1000
_MAX_BYTES = 4 * 1024 * 1024  # of one text, and of all: compressed ones may be bombs
_HEX = re.compile(rb"\n[\w ]+\n\s*\d+\n([0-9a-fA-F\s]+)")


def texts(data: bytes | mmap) -> dict[str, bytes]:
    """The texts under their keywords, the first of equal ones; raw bytes, as written."""
    found: dict[str, bytes] = {}
    budget = _MAX_BYTES
    for keyword, text in _read(data):
        budget -= len(text)
        if budget < 0 or len(found) >= _MAX_TEXTS:
            break
        found.setdefault(keyword.decode("latin-1"), text)
    return found


def _read(data: bytes | mmap) -> Iterator[tuple[bytes, bytes]]:
    for chunk in chunks(data):
        if chunk.kind in _READERS and chunk.length <= _MAX_BYTES:
            keyword, _, rest = _body(data, chunk).partition(b"\0")
            text = _READERS[chunk.kind](rest)
            if text is not None:
                yield keyword, text


def _body(data: bytes | mmap, chunk: Chunk) -> bytes:
    return bytes(data[chunk.start : chunk.start + chunk.length])


def _plain(rest: bytes) -> bytes:
    return rest.decode("latin-1").encode()


def _compressed(rest: bytes) -> bytes | None:
    text = inflated(rest[1:])
    return text.decode("latin-1").encode() if text is not None else None


def _international(rest: bytes) -> bytes | None:
    is_compressed = rest[:1] == b"\x01"
    _language, _, tail = rest[2:].partition(b"\0")
    _translated, _, text = tail.partition(b"\0")
    return inflated(text) if is_compressed else text


def inflated(data: bytes) -> bytes | None:
    """A zlib stream's content, as far as the limit; None where it is none."""
    try:
        return zlib.decompressobj().decompress(data, _MAX_BYTES)
    except zlib.error:
        return None


def hexadecimal(text: bytes) -> bytes | None:
    """The block in a `Raw profile type` text: a name, a length, and hex digits."""
    found = _HEX.match(text)
    if found is None:
        return None
    digits = b"".join(found.group(1).split())
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())


_READERS = {b"tEXt": _plain, b"zTXt": _compressed, b"iTXt": _international}
