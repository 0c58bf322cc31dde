"""The second look: how alike two pictures are once one is laid over the other."""

from __future__ import annotations

import numpy as np

from schedulerx.media.perceptual import Grey, window

# Correlation from which two pictures are one. Measured on labelled photos: copies that were
# cropped or watermarked reach .98, look-alikes of one street or table at most .91.
ALIKE = 0.95
_SHARES = (0.95, 0.9, 0.85, 0.8)
_SIDES = (-0.5, 0.0, 0.5)  # the part lies left, in the middle, right


def _parts() -> list[tuple[Grey, Grey]]:
    """Pairs of matrices, down and across: the whole, and nine places of each share."""
    found = [(window(1.0), window(1.0))]
    for share in _SHARES:
        lines = [window(share, side * (1 - share)) for side in _SIDES]
        found += [(down, across) for down in lines for across in lines]
    return found


_DOWN = np.stack([down for down, _ in _parts()])
_ACROSS = np.stack([across.T for _, across in _parts()])


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
        turns = [turn for side in (grey, grey.T) for turn in _mirrored(side)]
        self.turns = normalised(np.stack(turns))
        self.parts = normalised((_DOWN @ grey @ _ACROSS).astype(np.float32))


def _mirrored(grey: Grey) -> tuple[Grey, ...]:
    return grey, grey[::-1], grey[:, ::-1], grey[::-1, ::-1]


def likeness(one: Views, other: Views) -> float:
    """The best correlation (up to 1) of one, in any turn, with the other or a part of it."""
    best = max((one.parts @ other.turns.T).max(), (other.parts @ one.turns.T).max())
    return float(min(best, 1.0))
