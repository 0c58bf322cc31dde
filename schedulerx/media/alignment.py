"""One grey copy laid exactly over another, by least squares over an affine map (Lucas, Kanade).

The map takes places in the one (from -0.5 to 0.5 each way) to places in the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schedulerx.media.perceptual import SIDE, Grey

_STEPS = 6  # more change the agreement by less than .001
_COVERED = 0.5  # of the picture, at least: less in common proves nothing
_TILES = 4  # each way
_KEPT = 13  # of the tiles, the best: the others may bear a label or letters
_OUTLIER = 2.5  # robust standard deviations from which a pixel counts less
_LEAST_SCALE, _MOST_SCALE, _MOST_SHEAR = 0.5, 1.7, 0.2

_LINE = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE - 0.5
_ACROSS, _DOWN = (plane.copy() for plane in np.broadcast_arrays(_LINE[None], _LINE[:, None]))


@dataclass(frozen=True)
class _Laid:
    """The other picture as it lies over the one, and where it covers it."""

    values: Grey
    covers: Grey  # 0 or 1


def agreement(one: Grey, other: Grey, start: Grey) -> float:
    """The correlation of the two (up to 1) in the best position near the start (2 x 3)."""
    place, weights, best = start, np.ones_like(one), 0.0
    for _ in range(_STEPS):
        laid = _laid(other, place)
        if laid.covers.mean() < _COVERED:
            break
        best = max(best, _correlation(one, laid))
        move, weights = _step(one, laid, weights, place)
        place = place + move
        if not _plausible(place):
            break
    return best


def _plausible(place: Grey) -> bool:
    scales, shears = (place[0, 0], place[1, 1]), (place[0, 1], place[1, 0])
    fits = all(_LEAST_SCALE < scale < _MOST_SCALE for scale in scales)
    return fits and all(abs(shear) < _MOST_SHEAR for shear in shears)


def _laid(grey: Grey, place: Grey) -> _Laid:
    """Bilinear; what lies outside repeats the edge and is not covered."""
    at = [(row[0] * _ACROSS + row[1] * _DOWN + row[2] + 0.5) * SIDE - 0.5 for row in place]
    covers = np.ones_like(grey)
    for line in at:
        covers *= (line >= -0.5) & (line <= SIDE - 0.5)
    across, down = (line.clip(0, SIDE - 1.001) for line in at)
    left, top = across.astype(np.int32), down.astype(np.int32)
    right_share, bottom_share = across - left, down - top
    flat, first = grey.ravel(), top * SIDE + left
    upper = flat[first] * (1 - right_share) + flat[first + 1] * right_share
    lower = flat[first + SIDE] * (1 - right_share) + flat[first + SIDE + 1] * right_share
    return _Laid((upper * (1 - bottom_share) + lower * bottom_share).astype(np.float32), covers)


def _step(one: Grey, laid: _Laid, weights: Grey, place: Grey) -> tuple[Grey, Grey]:
    """How to change the map, and the weights by which pixels that never agree count less."""
    weighted = laid.covers * weights
    gain, error = _exposed(one, laid.values, weighted)
    down, across = np.gradient(laid.values)
    slopes = np.linalg.inv(place[:, :2]).T @ np.stack([across.ravel(), down.ravel()])
    across, down = gain * SIDE * slopes
    lines = (_ACROSS.ravel(), _DOWN.ravel(), np.float32(1))
    moves = np.stack([slope * line for slope in (across, down) for line in lines])
    steep = moves * weighted.ravel()
    normal = steep @ moves.T
    normal[np.diag_indices(len(normal))] += 1e-3 * normal.diagonal() + 1e-3
    move = np.linalg.solve(normal, steep @ error.ravel()).reshape(2, 3).astype(np.float32)
    usual = 1.48 * float(np.median(np.abs(error[laid.covers > 0]))) + 1e-3
    return move, (1 / (1 + np.square(error / (_OUTLIER * usual)))).astype(np.float32)


def _exposed(one: Grey, other: Grey, weights: Grey) -> tuple[float, Grey]:
    """The contrast that makes the other most like the one, and what then still differs."""
    total = float(weights.sum()) + 1e-6
    mean, reference = float((other * weights).sum()) / total, float((one * weights).sum()) / total
    centred = other - mean
    power = float((np.square(centred) * weights).sum()) + 1e-6
    gain = float((centred * (one - reference) * weights).sum()) / power
    return gain, one - reference - gain * centred


def _correlation(one: Grey, laid: _Laid) -> float:
    """Over the tiles that agree best, of what is covered."""
    differing = np.square(_unit(one, laid.covers) - _unit(laid.values, laid.covers))
    size = SIDE // _TILES
    of_tiles = differing.reshape(_TILES, size, _TILES, size).sum(axis=(1, 3)).ravel()
    kept: NDArray[np.float32] = np.zeros(_TILES * _TILES, np.float32)
    kept[np.argsort(of_tiles, kind="stable")[:_KEPT]] = 1
    mask = np.kron(kept.reshape(_TILES, _TILES), np.ones((size, size), np.float32)) * laid.covers
    return float((_unit(one, mask) * _unit(laid.values, mask)).sum())


def _unit(grey: Grey, weights: Grey) -> Grey:
    """Of mean 0 and length 1 where it counts; all zero where it is flat."""
    centred = (grey - float((grey * weights).sum()) / float(weights.sum())) * weights
    result: Grey = centred / max(float(np.sqrt(np.square(centred).sum())), 1e-6)
    return result
