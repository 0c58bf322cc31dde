"""Even borders around a picture: frames, letter boxes, pages, the black of a screenshot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_NEAR = 12  # grey levels from the border's own
_SHARE = 0.7  # of a line that is of that level: what is left may be letters, or a clock
_MOST = 0.45  # of the picture's height or width, at each side
_LEAST = 0.02  # of it: below, cutting changes nothing


def without_borders(pixels: Pixels) -> Pixels | None:
    """The grey picture within its borders; None where it has none worth cutting."""
    top, bottom = _both(pixels)
    left, right = _both(pixels[top : len(pixels) - bottom].T)
    height, width = pixels.shape
    if top + bottom < _LEAST * height and left + right < _LEAST * width:
        return None
    return pixels[top : height - bottom, left : width - right]


def _both(lines: Pixels) -> tuple[int, int]:
    return _border(lines), _border(lines[::-1])


def _border(lines: Pixels) -> int:
    """How many lines from the first on are even, and one of the edge's blur."""
    outer = lines[: max(1, int(_MOST * len(lines)))].astype(np.int16)
    even = (np.abs(outer - int(np.median(outer[0]))) <= _NEAR).mean(axis=1) >= _SHARE
    count = len(even) if even.all() else int(even.argmin())
    return count + 1 if count else 0
