"""Fujifilm's RAF: a header that says where the preview and the sensor's data lie.

Numbers are big-endian. Fujifilm documents nothing; the places are those that ExifTool and LibRaw
know.
"""

from __future__ import annotations

from mmap import mmap

MAGIC = b"FUJIFILMCCD-RAW"
_PREVIEW_AT, _DIRECTORY_AT, _SENSOR_AT = 84, 92, 100  # an offset and a length each
_CROPPED, _FULL = 0x0111, 0x0100  # height and width
_MAX_ENTRIES = 256


def preview(data: bytes | mmap) -> tuple[int, int]:
    """Where the preview, a JPEG file with the camera's EXIF, begins, and its length."""
    return _number(data, _PREVIEW_AT), _number(data, _PREVIEW_AT + 4)


def end(data: bytes | mmap) -> int:
    """Where the last of its parts ends."""
    starts = (_PREVIEW_AT, _DIRECTORY_AT, _SENSOR_AT)
    return max(_number(data, at) + _number(data, at + 4) for at in starts)


def size(data: bytes | mmap) -> tuple[int, int]:
    """Width and height of the picture; 0, 0 where none is named."""
    at = _number(data, _DIRECTORY_AT)
    count = min(_number(data, at), _MAX_ENTRIES)
    found: dict[int, tuple[int, int]] = {}
    at += 4
    for _ in range(count):
        tag, length = _number(data, at, 2), _number(data, at + 2, 2)
        if tag in {_CROPPED, _FULL} and length == 4:
            found[tag] = _number(data, at + 6, 2), _number(data, at + 4, 2)
        at += 4 + length
    return found.get(_CROPPED) or found.get(_FULL) or (0, 0)


def _number(data: bytes | mmap, at: int, count: int = 4) -> int:
    """A number; 0 past the end."""
    return int.from_bytes(data[at : at + count], "big")
