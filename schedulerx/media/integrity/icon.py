"""Icons: the sizes in the pictures inside are budgeted; the directory's own may lie."""

from __future__ import annotations

import struct
from mmap import mmap
from pathlib import Path

from schedulerx.formats import png
from schedulerx.formats.mapped import mapped
from schedulerx.media.decoded import Base, Decoded
from schedulerx.media.integrity import pictures
from schedulerx.media.integrity.pixels import hold_budget, unreadable
from schedulerx.settings import ValidateSettings

_ENTRY = struct.Struct("<BBBBHHLL")


def decode(path: Path, limits: ValidateSettings, base: Base) -> Decoded:
    """Whether every picture in the icon fits the budget and the largest decodes; that is shown.

    Raises:
        RejectedInput: a picture is over the pixel budget, or none can be had.
    """
    with mapped(path) as data:
        count = int.from_bytes(data[4:6], "little")
        for index in range(count):
            _hold(data, 6 + index * _ENTRY.size, limits)
    return pictures.decode(path, limits, base)


def _hold(data: mmap, at: int, limits: ValidateSettings) -> None:
    if at + _ENTRY.size > len(data):
        raise unreadable("the icon's directory is cut off")
    *_, offset = _ENTRY.unpack_from(data, at)
    inside = data[offset : offset + 32]
    if inside.startswith(b"\x89PNG"):
        ihdr = png.header(inside)
        size = (ihdr.width, ihdr.height) if ihdr else (0, 0)
    elif len(inside) >= 12:
        wide, high = struct.unpack_from("<ll", inside, 4)
        size = abs(wide), abs(high) // 2  # a bitmap in an icon holds the mask below the picture
    else:
        raise unreadable("a picture of the icon is cut off")
    hold_budget(*size, limits, "icon")
