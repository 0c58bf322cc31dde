"""Near-duplicates among many pictures: each copy with its original.

Pictures come best first. Each is compared with the originals whose hashes lie near its own; it
joins the one most like it, or becomes an original itself. So a copy always resembles its original,
and a series of pictures that drifts from one scene to the next is never chained into one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schedulerx.media.neighbours import Hashes, Indices, pairs_between

RADIUS = 8  # bits in which the hashes of copies may differ: see docs/decisions/0005


@dataclass(frozen=True)
class Copy:
    """Positions of a copy and its original, and how alike they are (0 to 1)."""

    position: int
    original: int
    score: float


class Owned(NamedTuple):
    """Hashes, and the positions of the pictures they are of."""

    hashes: Hashes
    owners: NDArray[np.int32]


class Candidates:
    """Which pictures may be copies of which: one asks by a hash near which the other answers.

    Equal questions are one: a thousand equal pictures are no million pairs.
    """

    def __init__(
        self, asking: Owned, answering: Owned, radius: int = RADIUS, threads: int = 1
    ) -> None:
        questions, question = np.unique(asking.hashes, return_inverse=True)
        shared = np.bincount(question, minlength=len(questions))
        owner = np.zeros(len(questions), np.int64)
        owner[question] = asking.owners
        asked, answered = _answers(questions, answering, radius, threads)
        other = (shared[asked] > 1) | (owner[asked] != answered)  # than the one who asks
        self._asking = _Grouped(asking.owners.astype(np.int64), question)
        self._answering = _Grouped(answered[other], asked[other])
        busy = np.zeros(len(questions), np.bool_)
        busy[asked[other]] = True
        self.positions: Indices = np.union1d(asking.owners[busy[question]], answered[other])

    def asked(self, position: int) -> list[int]:
        """The questions of a picture, as numbers from 0."""
        return self._asking.of(position)

    def answered(self, position: int) -> list[int]:
        """The questions of others that a picture answers."""
        return self._answering.of(position)


def _answers(
    questions: Hashes, answering: Owned, radius: int, threads: int
) -> tuple[Indices, Indices]:
    """Which question is answered by which picture, each once."""
    found = [np.empty(0, np.int64)]
    for question, place in pairs_between(questions, answering.hashes, radius, threads):
        found.append(question << 32 | answering.owners[place])
    both = np.unique(np.concatenate(found))
    return both >> 32, both & 0xFFFFFFFF


class _Grouped:
    """Values by the number of their group."""

    def __init__(self, groups: Indices, values: Indices) -> None:
        self._values = values[np.argsort(groups, kind="stable")]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(groups))]).astype(np.int64)

    def of(self, group: int) -> list[int]:
        if group + 1 >= len(self._starts):
            return []
        part = self._values[self._starts[group] : self._starts[group + 1]]
        return [int(value) for value in part]


def copies(
    candidates: Candidates, likeness: Callable[[int, Sequence[int]], Sequence[float]], least: float
) -> Iterator[Copy]:
    """Each copy with its original. Positions count from the best picture.

    `likeness` compares one picture with some originals.
    """
    asking: defaultdict[int, list[int]] = defaultdict(list)  # originals by question
    answering: defaultdict[int, list[int]] = defaultdict(list)
    for position in map(int, candidates.positions):
        asked, answered = candidates.asked(position), candidates.answered(position)
        met = {each for question in asked for each in answering.get(question, ())}
        known = sorted(met.union(*(asking.get(question, ()) for question in answered)))
        scores = likeness(position, known) if known else ()
        best = max(scores, default=0.0)
        if best >= least:
            yield Copy(position, known[list(scores).index(best)], round(best, 4))
            continue
        for question in asked:
            asking[question].append(position)
        for question in answered:
            answering[question].append(position)
