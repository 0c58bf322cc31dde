"""How alike two things are of which several grey copies are kept."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from schedulerx.media.likeness import ALIKE, Views, likeness, normalised

_SHIFTS = (0, 1, -1)  # frames by which a copy may begin later or earlier
_SHARE = 0.75  # of the frames of the shorter one: so many must be alike, in order


def pictures_likeness(one: Sequence[Views], other: Sequence[Views]) -> float:
    """Of two images, each whole or without its borders."""
    best = 0.0
    for first in one:
        for second in other:
            best = max(best, likeness(first, second))
            if best >= ALIKE:
                return best
    return best


def videos_likeness(one: Sequence[Views], other: Sequence[Views]) -> float:
    """Of two videos by their frames in order: what three quarters of the frames reach."""
    best = 0.0
    for shift in _SHIFTS:
        best = max(
            best, _shifted(one[max(shift, 0) :], other[max(-shift, 0) :], len(one), len(other))
        )
        if best >= ALIKE:
            break
    return best


def _shifted(one: Sequence[Views], other: Sequence[Views], *frames: int) -> float:
    """The likeness that enough frames reach; 0 once too many do not."""
    needed = ceil(_SHARE * min(frames))
    scores: list[float] = []
    pairs = list(zip(one, other, strict=False))
    for compared, pair in enumerate(pairs):
        if len(scores) + len(pairs) - compared < needed:
            return 0.0
        score = likeness(*pair)
        if score >= ALIKE:
            scores.append(score)
    return min(scores) if len(scores) >= needed else 0.0


def nearest(one: bytes, others: Sequence[bytes], count: int) -> list[int]:
    """Which of the others correlate most with the one as they lie, by the grey copies kept of
    each: far cheaper than any likeness, and blind to turns and crops.
    """
    places = [place for place, other in enumerate(others) if other and one]
    if not places:
        return []
    length = min(len(one), *(len(others[place]) for place in places))
    rows = [one, *(others[place] for place in places)]
    stored = np.frombuffer(b"".join(row[:length] for row in rows), np.uint8)
    lines = normalised(stored.reshape(len(rows), -1).astype(np.float32))
    order = np.argsort(-(lines[1:] @ lines[0]), kind="stable")
    return [places[place] for place in order[:count]]
