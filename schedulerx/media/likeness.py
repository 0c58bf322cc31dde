"""The second look: how alike two pictures are once one is laid over the other.

First roughly, in eight turns and many places and sizes at once; what is neither clearly the same
nor clearly another picture is then laid over it exactly, turned by a few degrees if need be.
"""

from __future__ import annotations

import itertools

import numpy as np

from schedulerx.media.alignment import agreement
from schedulerx.media.perceptual import SIDE, Grey, window

# From which two pictures are one, and the most that look-alikes reach: docs/decisions/0005.
ALIKE = 0.975
_CLEAR, _ANOTHER = 0.985, 0.6  # rough likeness that needs no exact position, or is worth none
_ROUGH = 24  # pixels of the rough comparison
_TRIED = 3  # rough positions that are made exact
_SHARES = (1.0, 0.9, 0.8)  # of width and of height


def _lines() -> list[tuple[float, float]]:
    """Begin and end of parts of a line: the whole; of each share the first, middle and last."""
    places = [(share, side) for share in _SHARES[1:] for side in (0.0, 0.5, 1.0)]
    return [(0.0, 1.0), *(((1 - share) * at, (1 - share) * at + share) for share, at in places)]


_PARTS = tuple(itertools.product(_lines(), repeat=2))  # down, across
_DOWN = np.stack([window(*down, _ROUGH) for down, _ in _PARTS])
_ACROSS = np.stack([window(*across, _ROUGH).T for _, across in _PARTS])
_HALF = np.kron(np.eye(_ROUGH, dtype=np.float32), np.full((1, SIDE // _ROUGH), 0.5, np.float32))


def _start(part: int) -> Grey:
    """The map from a picture to the part of another that it may be."""
    (top, bottom), (left, right) = _PARTS[part]
    return np.array(
        [[right - left, 0, (left + right - 1) / 2], [0, bottom - top, (top + bottom - 1) / 2]],
        np.float32,
    )


def _smoothing() -> Grey:
    """Weights 1, 2, 1 over neighbours: resampled parts are never quite as sharp as the whole."""
    padded = np.eye(SIDE, SIDE + 2, dtype=np.float32)
    padded += 2 * np.eye(SIDE, SIDE + 2, 1, np.float32) + np.eye(SIDE, SIDE + 2, 2, np.float32)
    inner: Grey = padded[:, 1:-1].copy()
    inner[0, 0] += 1
    inner[-1, -1] += 1
    inner /= 4
    return inner


_SMOOTH = _smoothing()


def normalised(pictures: Grey) -> Grey:
    """Each picture as one line of mean 0 and length 1; a flat one is all zero."""
    lines = pictures.reshape(len(pictures), -1)
    lines = lines - lines.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.square(lines).sum(axis=1, keepdims=True))
    result: Grey = (lines / np.maximum(lengths, 1e-6)).astype(np.float32)
    return result


class Views:
    """A picture prepared for comparisons."""

    def __init__(self, grey: Grey) -> None:
        self.smooth = (_SMOOTH @ grey @ _SMOOTH.T).astype(np.float32)
        self.turns = normalised(np.stack(_turned(_HALF @ self.smooth @ _HALF.T)))
        self.parts = normalised((_DOWN @ self.smooth @ _ACROSS).astype(np.float32))

    def turned(self, turn: int) -> Grey:
        """The picture in one of its eight turns."""
        return np.ascontiguousarray(_turned(self.smooth)[turn])


def _turned(grey: Grey) -> tuple[Grey, ...]:
    return tuple(
        turn
        for side in (grey, grey.T)
        for turn in (side, side[::-1], side[:, ::-1], side[::-1, ::-1])
    )


def likeness(one: Views, other: Views) -> float:
    """The best correlation (up to 1) of one, in any turn, with the other or a part of it."""
    rough = np.stack([one.parts @ other.turns.T, other.parts @ one.turns.T])
    best = float(rough.max())
    if best < _ANOTHER or best >= _CLEAR:
        return min(best, 1.0)
    for place in np.argsort(rough, axis=None, kind="stable")[: -_TRIED - 1 : -1]:
        side, part, turn = (int(each) for each in np.unravel_index(place, rough.shape))
        whole, parted = (other, one) if side == 0 else (one, other)
        best = max(best, agreement(whole.turned(turn), parted.smooth, _start(part)))
        if best >= _CLEAR:
            break
    return min(best, 1.0)
