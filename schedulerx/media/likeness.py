"""The second look: how alike two pictures are once one is laid over the other."""

from __future__ import annotations

import numpy as np

from schedulerx.media.perceptual import SIDE, Grey, window

# Correlation from which two pictures are one. The most that labelled look-alikes reach is .957
# (two photos of one street); see docs/decisions/0005.
ALIKE = 0.96
_SHARES = (0.95, 0.9, 0.85, 0.8)
_SIDES = (-0.5, 0.0, 0.5)  # the part lies left, in the middle, right


def _parts() -> list[tuple[Grey, Grey]]:
    """Pairs of matrices, down and across: the whole, and nine places of each share."""
    found = [(window(1.0), window(1.0))]
    for share in _SHARES:
        lines = [window(share, side * (1 - share)) for side in _SIDES]
        found += [(down, across) for down in lines for across in lines]
    return found


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
_DOWN = _SMOOTH @ np.stack([down for down, _ in _parts()])
_ACROSS = np.stack([(_SMOOTH @ across).T for _, across in _parts()])


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
        smooth = (_SMOOTH @ grey @ _SMOOTH.T).astype(np.float32)
        turns = [turn for side in (smooth, smooth.T) for turn in _mirrored(side)]
        self.turns = normalised(np.stack(turns))
        self.parts = normalised((_DOWN @ grey @ _ACROSS).astype(np.float32))


def _mirrored(grey: Grey) -> tuple[Grey, ...]:
    return grey, grey[::-1], grey[:, ::-1], grey[::-1, ::-1]


def likeness(one: Views, other: Views) -> float:
    """The best correlation (up to 1) of one, in any turn, with the other or a part of it."""
    best = max((one.parts @ other.turns.T).max(), (other.parts @ one.turns.T).max())
    return float(min(best, 1.0))
