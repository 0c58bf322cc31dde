"""Hashes that near-duplicates nearly share, of small grey copies of pictures.

A hash is the signs of the 63 lowest frequencies (DCT) of a view: the whole, or a part of it, since
a picture that was cropped looks whole like a part of its original. Each view is turned and
mirrored into a standard position first. A picture asks by a few hashes and is found by many: those
of all its views, each in every position that is about as good.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
View = tuple[float, float, float, float]  # shares cut off at the left, top, right and bottom

SIDE = 48  # pixels of a grey copy, whatever the picture's shape
_LOW = 8  # frequencies each way
_UNSURE = 0.06  # of the strength of the low frequencies: below, a sign may be either


def _even(share: float) -> View:
    return share, share, share, share


def _sides(share: float) -> tuple[View, ...]:
    return (share, 0, 0, 0), (0, share, 0, 0), (0, 0, share, 0), (0, 0, 0, share)


def _corners(share: float) -> tuple[View, ...]:
    return (share, share, 0, 0), (0, share, share, 0), (0, 0, share, share), (share, 0, 0, share)


_WHOLE = _even(0)
# The second is for what was turned a little, whose corners are empty, or framed.
ASKED: tuple[View, ...] = (_WHOLE, _even(0.1))
# 5 to 20 % off one, two or all sides lie near one of these.
VIEWS: tuple[View, ...] = (
    _WHOLE, _even(0.05), _even(0.1), *_sides(0.08), *_sides(0.17), *_corners(0.08), *_corners(0.15),
)  # fmt: skip
FEW: tuple[View, ...] = (_WHOLE, _even(0.05))
WHOLE: tuple[View, ...] = (_WHOLE,)

_FREQUENCIES = np.cos(
    np.pi * np.arange(_LOW)[:, None] * (2 * np.arange(SIDE)[None] + 1) / (2 * SIDE)
)
_ALTERNATING = ((-1.0) ** np.arange(_LOW)).astype(np.float32)
_BITS = 1 << np.arange(_LOW * _LOW - 1, dtype=np.int64)


def greys_of(stored: bytes) -> Grey:
    """The grey copies back from their bytes: one after the other."""
    return np.frombuffer(stored, np.uint8).reshape(-1, SIDE, SIDE).astype(np.float32)


def window(begin: float, end: float, size: int = SIDE) -> Grey:
    """A matrix that stretches a part of a line (shares of it) over `size` pixels, linearly."""
    at = ((np.arange(size) + 0.5) / size * (end - begin) + begin) * SIDE - 0.5
    at = at.clip(0, SIDE - 1)
    left = np.minimum(at.astype(int), SIDE - 2)
    matrix = np.zeros((size, SIDE), np.float32)
    rows = np.arange(size)
    matrix[rows, left] = 1 - (at - left)
    matrix[rows, left + 1] += (at - left).astype(np.float32)
    return matrix


def asked(grey: Grey, views: tuple[View, ...] = ASKED) -> set[int]:
    """The hashes (63 bits) by which a picture asks: a view's own, in its surest position."""
    return _hashes(grey, views, 0.0)


def answering(grey: Grey, views: tuple[View, ...] = VIEWS) -> set[int]:
    """The hashes by which a picture is found."""
    return _hashes(grey, views, _UNSURE)


def _spectra(views: tuple[View, ...]) -> tuple[Grey, Grey]:
    down = np.stack([_FREQUENCIES @ window(top, 1 - bottom) for _, top, _, bottom in views])
    across = np.stack([(_FREQUENCIES @ window(left, 1 - right)).T for left, _, right, _ in views])
    return down.astype(np.float32), across.astype(np.float32)


_SPECTRA = {views: _spectra(views) for views in (ASKED, VIEWS, FEW, WHOLE)}


def _hashes(grey: Grey, views: tuple[View, ...], unsure: float) -> set[int]:
    down, across = _SPECTRA[views]
    found = (down @ grey @ across).astype(np.float32)
    low = np.square(found[:, :3, :3]).sum(axis=(1, 2)) - np.square(found[:, 0, 0])
    limit = unsure * np.sqrt(low)
    mirror = _choices(found[:, 0, 1], limit)
    flip = _choices(found[:, 1, 0], limit)
    turn = _choices(np.abs(found[:, 0, 1]) - np.abs(found[:, 1, 0]), limit)
    kept = mirror[:, :, None, None] & flip[:, None, :, None] & turn[:, None, None, :]
    values = (_positions(found)[..., 1:] > 0)[kept] @ _BITS
    return set(values.tolist())


def _choices(values: Grey, limits: Grey) -> NDArray[np.bool_]:
    """Whether to leave and whether to change each: one of both where it is clear."""
    clear = np.abs(values) >= limits
    return np.stack([~(clear & (values < 0)), ~(clear & (values >= 0))], axis=1)


def _positions(found: Grey) -> Grey:
    """Each spectrum mirrored or not, flipped or not, turned or not: the last of 64 numbers.

    Mirroring a picture changes the sign of its odd frequencies; turning it swaps the axes.
    """
    mirrored = np.stack([found, found * _ALTERNATING], axis=1)
    flipped = np.stack([mirrored, mirrored * _ALTERNATING[:, None]], axis=2)
    turned = np.stack([flipped, flipped.swapaxes(-1, -2)], axis=3)
    return turned.reshape(*turned.shape[:-2], _LOW * _LOW)
