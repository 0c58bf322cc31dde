"""Tags of a TIFF structure: TIFF files, camera RAW, and EXIF blocks (TIFF 6.0, CIPA DC-008).

Reads what is asked for and trusts nothing: offsets outside the data, unknown types and loops give
no value, never an error.
"""

from __future__ import annotations

import struct
from mmap import mmap

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_CODES = {1: "B", 3: "H", 4: "L", 6: "b", 8: "h", 9: "l", 11: "f", 12: "d", 13: "L"}
_MAX_ENTRIES = 4096
_MAX_VALUE_BYTES = 64 * 1024
_MAX_BYTES = 4 * 1024 * 1024  # of all values: hostile tags all point to the same long one

Value = str | tuple[float, ...]
Directory = dict[int, Value]


class TiffTags:
    """Directories of tags in `data`. Text is a `str`, numbers are tuples; a rational with a zero
    denominator is a NaN.
    """

    def __init__(self, data: bytes | mmap, order: str | None = None) -> None:
        """`order` (`<` or `>`) where it does not stand at the start."""
        self._data = data
        self._budget = _MAX_BYTES
        self._order = order or (">" if data[:2] == b"MM" else "<")
        self.is_tiff = data[:2] in (b"II", b"MM") and len(data) >= 8

    def first(self) -> Directory:
        """The first directory, or nothing."""
        return self.directory(self._number("L", 4)) if self.is_tiff else {}

    def under(self, parent: Directory, pointer: int) -> Directory:
        """The directory a tag of `parent` points to, or nothing."""
        offset = number(parent, pointer)
        return self.directory(int(offset)) if offset is not None else {}

    def directory(self, offset: int) -> Directory:
        """The tags of the directory at `offset`; the first of equal tags counts."""
        tags: Directory = {}
        if not 8 <= offset <= len(self._data) - 2:
            return tags
        count = min(self._number("H", offset), _MAX_ENTRIES)
        for at in range(offset + 2, min(offset + 2 + 12 * count, len(self._data) - 11), 12):
            tag, value = self._number("H", at), self._value(at)
            if value is not None:
                tags.setdefault(tag, value)
        return tags

    def block(self, offset: int, tag: int) -> bytes | None:
        """The bytes under a tag of the directory at `offset`, whatever their type; None if none."""
        place = self.place(offset, tag)
        if place is None or place[1] > _MAX_BYTES:
            return None
        raw = self._data[place[0] : place[0] + place[1]]
        return raw if len(raw) == place[1] else None

    def place(self, offset: int, tag: int) -> tuple[int, int] | None:
        """Where these bytes begin, and how many they are by the directory's word; None if none."""
        if not 8 <= offset <= len(self._data) - 2:
            return None
        count = min(self._number("H", offset), _MAX_ENTRIES)
        for at in range(offset + 2, min(offset + 2 + 12 * count, len(self._data) - 11), 12):
            if self._number("H", at) == tag:
                size = _SIZES.get(self._number("H", at + 2), 0) * self._number("L", at + 4)
                start = at + 8 if size <= 4 else self._number("L", at + 8)
                return (start, size) if size > 0 else None
        return None

    def next_directory(self, offset: int) -> int:
        """Where the directory after the one at `offset` lies; 0 after the last."""
        if not 8 <= offset <= len(self._data) - 2:
            return 0
        at = offset + 2 + 12 * self._number("H", offset)
        return self._number("L", at) if at + 4 <= len(self._data) else 0

    def directories(self, most: int) -> int:
        """How many follow each other from the first on, as far as `most`; a loop ends them."""
        offset, seen = self.first_offset(), set[int]()
        while 8 <= offset <= len(self._data) - 2 and offset not in seen and len(seen) < most:
            seen.add(offset)
            offset = self.next_directory(offset)
        return len(seen)

    def first_offset(self) -> int:
        """Where the first directory lies."""
        return self._number("L", 4) if self.is_tiff else 0

    def _number(self, code: str, at: int) -> int:
        (value,) = struct.unpack_from(self._order + code, self._data, at)
        return int(value)

    def _value(self, at: int) -> Value | None:
        kind, count = self._number("H", at + 2), self._number("L", at + 4)
        size = _SIZES.get(kind, 0) * count
        if not 0 < size <= min(_MAX_VALUE_BYTES, self._budget):
            return None
        self._budget -= size
        start = at + 8 if size <= 4 else self._number("L", at + 8)
        raw = self._data[start : start + size]
        return self._decoded(kind, count, raw) if len(raw) == size else None

    def _decoded(self, kind: int, count: int, raw: bytes) -> Value:
        if kind in (2, 7):
            return plain_text(raw.split(b"\x00", 1)[0])
        if kind in (5, 10):
            code = "L" if kind == 5 else "l"
            parts = struct.unpack(f"{self._order}{2 * count}{code}", raw)
            return tuple(_ratio(*pair) for pair in zip(parts[::2], parts[1::2], strict=True))
        return tuple(struct.unpack(f"{self._order}{count}{_CODES[kind]}", raw))


def _ratio(numerator: int, denominator: int) -> float:
    return numerator / denominator if denominator else float("nan")


def plain_text(raw: bytes) -> str:
    """Text whose encoding nobody tells: UTF-8 where it is that, else Latin-1."""
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def number(tags: Directory, tag: int) -> float | None:
    """The first number under a tag, or None."""
    value = tags.get(tag)
    return value[0] if isinstance(value, tuple) and value else None


def text(tags: Directory, tag: int) -> str | None:
    """The text under a tag, or None where there is none or nothing but blanks."""
    value = tags.get(tag)
    return value if isinstance(value, str) and value else None
