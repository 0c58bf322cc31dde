"""Near-duplicates among many pictures: each copy with its original.

Pictures come best first. Each is compared with the originals whose hashes lie near its own; it
joins the one most like it, or becomes an original itself. So a copy always resembles its original,
and a series of pictures that drifts from one scene to the next is never chained into one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schedulerx.media.neighbours import Hashes, Indices, pairs_within

# Bits in which the hashes of copies may differ: recall .82 over 17 kinds of changes, few others.
RADIUS = 8


@dataclass(frozen=True)
class Copy:
    """Positions of a copy and its original, and how alike they are (0 to 1)."""

    position: int
    original: int
    score: float


class Candidates:
    """Which pictures may be copies of which. `owners` are the positions of the hashes' pictures."""

    def __init__(self, hashes: Hashes, owners: Indices, radius: int = RADIUS) -> None:
        distinct, key = np.unique(hashes, return_inverse=True)
        shared = np.bincount(key, minlength=len(distinct))
        owner = np.zeros(len(distinct), np.int64)
        owner[key] = owners
        one, other = _foreign(distinct, shared, owner, radius)
        self._after, self._near = _adjacency(len(distinct), one, other)
        self._keys_after, self._keys = _grouped(owners, key)
        busy = (shared > 1) | (np.diff(self._after) > 0)
        self.positions: Indices = np.unique(owners[busy[key]])

    def keys(self, position: int) -> list[int]:
        """The hashes of a picture, as numbers from 0."""
        part = self._keys[self._keys_after[position] : self._keys_after[position + 1]]
        return [int(key) for key in part]

    def near(self, key: int) -> list[int]:
        """The hash and those within the radius of it."""
        part = self._near[self._after[key] : self._after[key + 1]]
        return [key, *(int(each) for each in part)]


def _foreign(
    distinct: Hashes, shared: NDArray[np.int64], owner: Indices, radius: int
) -> tuple[Indices, Indices]:
    """The near pairs of hashes, without those of views of one picture."""
    ones, others = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for one, other in pairs_within(distinct, radius):
        alone = (shared[one] == 1) & (shared[other] == 1) & (owner[one] == owner[other])
        ones.append(one[~alone])
        others.append(other[~alone])
    return np.concatenate(ones), np.concatenate(others)


def _adjacency(count: int, one: Indices, other: Indices) -> tuple[Indices, Indices]:
    ends, values = _grouped(np.concatenate([one, other]), np.concatenate([other, one]), count=count)
    return ends, values


def _grouped(groups: Indices, values: Indices, count: int = 0) -> tuple[Indices, Indices]:
    """The values sorted by group, and where each group begins (one more: where the last ends)."""
    sizes = np.bincount(groups, minlength=count)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return starts, values[np.argsort(groups, kind="stable")]


def copies(
    candidates: Candidates, likeness: Callable[[int, Sequence[int]], Sequence[float]], least: float
) -> Iterator[Copy]:
    """Each copy with its original. Positions count from the best picture.

    `likeness` compares one picture with some originals.
    """
    originals: defaultdict[int, list[int]] = defaultdict(list)  # by hash
    for position in map(int, candidates.positions):
        keys = candidates.keys(position)
        near = {key for each in keys for key in candidates.near(each)}
        known = sorted({each for key in near for each in originals.get(key, ())})
        scores = likeness(position, known) if known else ()
        best = max(scores, default=0.0)
        if best >= least:
            yield Copy(position, known[list(scores).index(best)], round(best, 4))
            continue
        for key in keys:
            originals[key].append(position)
