"""Outlook's `winmail.dat` ([MS-OXTNEF]): the files that Exchange packed into one attachment."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schedulerx.documents import charset
from schedulerx.documents.damage import DamagedDocument

_HEAD = struct.Struct("<LH")  # signature, key
_ATTRIBUTE = struct.Struct("<BLL")  # level, id, length; a checksum of two bytes follows the data
_SIGNATURE = 0x223E9F78
_RENDERING, _TITLE, _DATA, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_MAX_BYTES = 256 * 1024 * 1024
_MAX_PROPERTIES = 10_000
# [MS-OXCDATA] 2.11.1: sizes of values, padded to four bytes.
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8,
          0x40: 8, 0x48: 16}  # fmt: skip
_OBJECT, _NARROW, _WIDE, _BYTES = 0x0D, 0x1E, 0x1F, 0x102
_MULTIPLE, _NAMED = 0x1000, 0x8000
_LONG_NAME, _CONTENT = 0x3707, 0x3701
_GUID_BYTES = 16


@dataclass
class _File:
    """An attachment while its attributes come in."""

    title: str = ""
    data: bytes = b""
    long_name: str = ""

    @property
    def name(self) -> str:
        return self.long_name or self.title or "attachment"


def attachments(path: Path) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the packed files; of a packed message, its own stream.

    Raises:
        DamagedDocument: it is no such stream, or broken.
    """
    with path.open("rb") as file:
        data = file.read(_MAX_BYTES)
    files: list[_File] = []
    try:
        for identifier, value in _attributes(data):
            if identifier == _RENDERING:
                files.append(_File())
            elif files:
                _take(files[-1], identifier, value)
    except DamagedDocument:
        yield from ((file.name, file.data) for file in files if file.data)
        raise
    yield from ((file.name, file.data) for file in files)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if len(data) < _HEAD.size or _HEAD.unpack_from(data)[0] != _SIGNATURE:
        raise DamagedDocument("The file does not begin as winmail.dat does.")
    at = _HEAD.size
    while at + _ATTRIBUTE.size <= len(data):
        _, identifier, length = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        if at + length > len(data):
            raise DamagedDocument("winmail.dat ends within an attribute.")
        yield identifier, data[at : at + length]
        at += length + 2


def _take(file: _File, identifier: int, value: bytes) -> None:
    if identifier == _TITLE:
        file.title = charset.decode(value)
    elif identifier == _DATA:
        file.data = value
    elif identifier == _PROPERTIES:
        for kind, number, content in _properties(value):
            if number == _LONG_NAME:
                wide = kind == _WIDE
                text = content.decode("utf-16-le", "replace") if wide else charset.decode(content)
                file.long_name = text.rstrip("\0")
            elif number == _CONTENT and not file.data:
                file.data = content[_GUID_BYTES:] if kind == _OBJECT else content


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type, number and first value of each property, as far as they can be read."""
    try:
        (count,) = struct.unpack_from("<L", data)
        at = 4
        for _ in range(min(count, _MAX_PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, at)
            at = _after_name(data, at + 4) if number >= _NAMED else at + 4
            value, at = _value(data, at, kind)
            yield kind, number, value
    except (struct.error, KeyError):  # cut, or a type that is not in the specification
        return


def _after_name(data: bytes, at: int) -> int:
    """Where a named property's values begin: behind its set, its kind, and its name or number."""
    (by_name,) = struct.unpack_from("<L", data, at + _GUID_BYTES)
    at += _GUID_BYTES + 4
    if not by_name:
        return at + 4
    (length,) = struct.unpack_from("<L", data, at)
    return at + 4 + _padded(length)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    single = kind & ~_MULTIPLE
    several = kind & _MULTIPLE or single in {_OBJECT, _NARROW, _WIDE, _BYTES}
    count = struct.unpack_from("<L", data, at)[0] if several else 1
    at += 4 if several else 0
    first = b""
    for place in range(min(count, _MAX_PROPERTIES)):
        if single in _FIXED:
            length, step = _FIXED[single], _FIXED[single]
        else:
            length = struct.unpack_from("<L", data, at)[0]
            at, step = at + 4, _padded(length)
        if at > len(data):
            raise struct.error
        first = data[at : at + length] if place == 0 else first
        at += step
    return first, at


def _padded(length: int) -> int:
    return (length + 3) & ~3
