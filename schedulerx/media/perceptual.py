"""What a picture looks like: a small grey copy, and hashes that near-duplicates nearly share.

A hash is the signs of the 63 lowest frequencies (DCT) of a view: the whole, and the middle of it,
since a picture that was cropped looks whole like the middle of its original. Each view is turned
and mirrored into a standard position first; where two positions are about as good, both are
hashed. So one comparison of hashes finds copies that were turned, mirrored, cropped or framed.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]

SIDE = 32  # pixels of the grey copy, whatever the picture's shape
VIEWS = (1.0, 0.9, 0.8)  # shares of width and height: the crops that are found
_UNSURE = 0.1  # of the strength of the low frequencies: below, a sign may be either
_LOW = 8  # frequencies each way
_ALTERNATING = ((-1.0) ** np.arange(_LOW)).astype(np.float32)

_FREQUENCIES = np.cos(
    np.pi * np.arange(_LOW)[:, None] * (2 * np.arange(SIDE)[None] + 1) / (2 * SIDE)
)
_BITS = 1 << np.arange(_LOW * _LOW - 1, dtype=np.int64)


def grey_of(stored: bytes) -> Grey:
    """The grey copy back from its bytes."""
    return np.frombuffer(stored, np.uint8).reshape(SIDE, SIDE).astype(np.float32)


def hashes(grey: Grey) -> tuple[int, ...]:
    """The hashes of all views (63 bits each), sorted, each once."""
    return tuple(sorted({each for share in VIEWS for each in _of_view(grey, share)}))


def window(share: float, offset: float = 0.0) -> Grey:
    """A matrix that stretches a part of a line over all of it, linearly.

    `share` of the line's length, `offset` of its middle from the line's middle, both of 1.
    """
    at = (((np.arange(SIDE) + 0.5) / SIDE - 0.5) * share + 0.5 + offset) * SIDE - 0.5
    at = at.clip(0, SIDE - 1)
    left = np.minimum(at.astype(int), SIDE - 2)
    matrix = np.zeros((SIDE, SIDE), np.float32)
    rows = np.arange(SIDE)
    matrix[rows, left] = 1 - (at - left)
    matrix[rows, left + 1] += at - left
    return matrix


_SPECTRA = {share: (_FREQUENCIES @ window(share)).astype(np.float32) for share in VIEWS}


def _of_view(grey: Grey, share: float) -> set[int]:
    matrix = _SPECTRA[share]
    found: Grey = (matrix @ grey @ matrix.T).astype(np.float32)
    across, down = found[0, 1], found[1, 0]
    unsure = _UNSURE * float(
        np.sqrt(np.square(found[1:3, :3]).sum() + np.square(found[0, 1:3]).sum())
    )
    turned = _choices(abs(down) - abs(across), unsure)
    places = itertools.product(_choices(across, unsure), _choices(down, unsure), turned)
    return {_signs(found, *place) for place in places}


def _choices(value: float, unsure: float) -> tuple[bool, ...]:
    """Whether to change the sign: one answer where it is clear, else both."""
    return (False, True) if abs(value) < unsure else (bool(value < 0),)


# Booleans by position: they come from `itertools.product`.
def _signs(found: Grey, mirror: bool, flip: bool, keep: bool) -> int:  # noqa: FBT001
    """Mirroring a picture changes the sign of its odd frequencies; turning it swaps the axes."""
    placed: Grey = found * _ALTERNATING if mirror else found
    placed = placed * _ALTERNATING[:, None] if flip else placed
    signs = (placed if keep else placed.T).ravel()[1:] > 0
    return int(_BITS[signs].sum())
