"""A picture under so many bytes: first by a lower quality, then by fewer pixels.

The search is bounded (at most 22 encodings) and takes the same way every time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

LOWEST_QUALITY = 35  # below, fewer pixels look better than these
_SIZES = 12  # tried at most
_SHRINK = 0.97  # somewhat smaller than the bytes alone would ask for
_STEPS = (0.25, 0.9)  # a size is this share of the one before
_SMALLEST = 1 / 64

Encode = Callable[[float, int], bytes]  # by a scale of at most 1, and a quality


class Encoding(NamedTuple):
    """`fits` is whether the ceiling is kept."""

    data: bytes
    scale: float
    quality: int
    fits: bool


def under(encode: Encode, quality: int, max_bytes: int | None, *, lossy: bool = True) -> Encoding:
    """The best encoding of at most `max_bytes`; the smallest that was tried where none is."""
    data = encode(1.0, quality)
    if max_bytes is None or len(data) <= max_bytes:
        return Encoding(data, 1.0, quality, fits=True)
    lowest = min(quality, LOWEST_QUALITY) if lossy else quality
    scale = 1.0
    for _ in range(_SIZES):
        data = encode(scale, lowest) if (scale, lowest) != (1.0, quality) else data
        if len(data) <= max_bytes:
            return _best(encode, scale, (lowest, quality), data, max_bytes)
        if scale <= _SMALLEST:
            break
        scale = max(_SMALLEST, scale * _step(max_bytes / len(data)))
    return Encoding(data, scale, lowest, fits=False)


def _step(wanted: float) -> float:
    """The share of a side that leaves this share of the bytes."""
    return min(max(math.sqrt(wanted) * _SHRINK, _STEPS[0]), _STEPS[1])


def _best(
    encode: Encode, scale: float, qualities: tuple[int, int], data: bytes, max_bytes: int
) -> Encoding:
    """The highest quality that fits, between one that does and one, by halves."""
    fitting, above = qualities[0], qualities[1] + (scale < 1)
    while above - fitting > 1:
        middle = (fitting + above) // 2
        tried = encode(scale, middle)
        if len(tried) <= max_bytes:
            fitting, data = middle, tried
        else:
            above = middle
    return Encoding(data, scale, fitting, fits=True)
