"""A TIFF structure taken apart and put together again, its values untouched (TIFF 6.0)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from mmap import mmap

import msgspec

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_SHORT, _LONG = 3, 4
_HEADER, _ENTRY = 8, 12
_MAX_ENTRIES = 1000
_MAX_VALUE_BYTES = 64 * 1024


class Entry(msgspec.Struct, frozen=True):
    """A tag's value as it is stored."""

    kind: int
    count: int
    raw: bytes


Entries = Mapping[int, Entry]


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """The first directory, and those its tags point to, by the pointing tag."""

    order: str  # of bytes: "<" or ">"
    main: dict[int, Entry]
    under: dict[int, dict[int, Entry]]


def taken_apart(data: bytes | mmap, pointers: tuple[int, ...]) -> Block | None:
    """The first directory and those under `pointers`; None where it is no TIFF structure.

    What lies outside the data, repeats a tag or is of an unknown kind is left out.
    """
    if data[:2] not in (b"II", b"MM") or len(data) < _HEADER:
        return None
    order = "<" if data[:2] == b"II" else ">"
    (first,) = struct.unpack_from(order + "L", data, 4)
    main = _directory(data, order, first)
    under = {}
    for pointer in pointers:
        entry = main.pop(pointer, None)
        if entry is not None and len(entry.raw) == 4:
            under[pointer] = _directory(data, order, struct.unpack(order + "L", entry.raw)[0])
    return Block(order=order, main=main, under=under)


def _directory(data: bytes | mmap, order: str, at: int) -> dict[int, Entry]:
    found: dict[int, Entry] = {}
    if not _HEADER <= at <= len(data) - 2:
        return found
    (count,) = struct.unpack_from(order + "H", data, at)
    last = min(at + 2 + _ENTRY * min(count, _MAX_ENTRIES), len(data) - _ENTRY + 1)
    for start in range(at + 2, last, _ENTRY):
        tag, kind, values = struct.unpack_from(order + "HHL", data, start)
        size = _SIZES.get(kind, 0) * values
        if not 0 < size <= _MAX_VALUE_BYTES:
            continue
        place = start + 8 if size <= 4 else struct.unpack_from(order + "L", data, start + 8)[0]
        raw = data[place : place + size]
        if len(raw) == size:
            found.setdefault(tag, Entry(kind, values, raw))
    return found


def short(order: str, value: int) -> Entry:
    """A number of 16 bits."""
    return Entry(_SHORT, 1, struct.pack(order + "H", value))


def put_together(block: Block) -> bytes:
    """The structure in bytes, tags in order, directories without tags left out."""
    under = {pointer: entries for pointer, entries in block.under.items() if entries}
    pointed = Entry(_LONG, 1, bytes(4))
    main = {**block.main, **dict.fromkeys(under, pointed)}
    at = _HEADER + len(_written(block.order, main, _HEADER))
    parts = []
    for pointer in sorted(under):
        main[pointer] = Entry(_LONG, 1, struct.pack(block.order + "L", at))
        parts.append(_written(block.order, under[pointer], at))
        at += len(parts[-1])
    mark = b"II*\0" if block.order == "<" else b"MM\0*"
    head = mark + struct.pack(block.order + "L", _HEADER)
    return head + _written(block.order, main, _HEADER) + b"".join(parts)


def _written(order: str, entries: Entries, at: int) -> bytes:
    """A directory at `at` with its long values behind it, nothing following it."""
    lines, values = [], bytearray()
    behind = at + 2 + _ENTRY * len(entries) + 4
    for tag, entry in sorted(entries.items()):
        place = entry.raw.ljust(4, b"\0")
        if len(entry.raw) > 4:
            place = struct.pack(order + "L", behind + len(values))
            values += entry.raw + bytes(len(entry.raw) % 2)
        lines.append(struct.pack(order + "HHL", tag, entry.kind, entry.count) + place)
    return struct.pack(order + "H", len(entries)) + b"".join(lines) + bytes(4) + bytes(values)
