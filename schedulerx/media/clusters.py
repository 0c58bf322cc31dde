"""Near-duplicates among many pictures: each copy with its original.

Pictures come best first. Each is compared with the originals whose hashes lie near its own; it
joins the one most like it, or becomes an original itself. So a copy always resembles its original,
and a series of pictures that drifts from one scene to the next is never chained into one.

Shots of a camera that never moves are near one another by the million. Of such a crowd each picture
meets the best `MOST` alone: what is found is then no longer all there is, and `crowded` says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schedulerx.media.neighbours import Hashes, Indices, pairs_between

RADIUS = 8  # bits in which the hashes of copies may differ: see docs/decisions/0005
MOST = 64  # pictures that may answer one question, the best of them; so many are compared with one
_FIRST_BLOCK, _LAST_BLOCK, _GROWTH = 1 << 13, 1 << 23, 8  # answers searched at a time
_HELD = 1 << 22  # pairs held before those beyond MOST are let go


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
        full = np.bincount(asked, minlength=len(questions)) >= MOST
        self.crowded = len(np.unique(asking.owners[full[question]]))  # met the best alone
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
    """Which question is answered by which picture, each once: by the best `MOST`.

    The best come first. A question that has its answers is not asked of the others, so that a
    crowd costs no more than its best.
    """
    kept = _Kept(len(questions))
    for block in _blocks(len(answering.hashes)):
        some = kept.unanswered()
        hashes, owners = answering.hashes[block], answering.owners[block]
        for question, place in pairs_between(questions[some], hashes, radius, threads):
            kept.add(some[question], owners[place])
    return kept.pairs()


def _blocks(count: int) -> Iterator[slice]:
    begin, size = 0, _FIRST_BLOCK
    while begin < count:
        yield slice(begin, begin + size)
        begin, size = begin + size, min(size * _GROWTH, _LAST_BLOCK)


class _Kept:
    """Questions with the pictures that answer them, the first `MOST` of each."""

    def __init__(self, questions: int) -> None:
        self._questions = questions
        self._pairs = [np.empty(0, np.int64)]  # question in the upper, picture in the lower 32 bits
        self._added = 0

    def add(self, question: Indices, owner: NDArray[np.int32]) -> None:
        self._pairs.append(question << 32 | owner)
        self._added += len(self._pairs[-1])
        if self._added > max(_HELD, len(self._pairs[0])):
            self._let_go()

    def _let_go(self) -> None:
        pairs = np.unique(np.concatenate(self._pairs))
        starts = np.searchsorted(pairs, np.arange(self._questions, dtype=np.int64) << 32)
        rank = np.arange(len(pairs)) - starts[pairs >> 32]
        self._pairs, self._added = [pairs[rank < MOST]], 0

    def unanswered(self) -> Indices:
        """The questions with room for answers."""
        return np.flatnonzero(np.bincount(self.pairs()[0], minlength=self._questions) < MOST)

    def pairs(self) -> tuple[Indices, Indices]:
        """Questions and pictures, in order."""
        self._let_go()
        return self._pairs[0] >> 32, self._pairs[0] & 0xFFFFFFFF


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
        met = Counter(each for question in asked for each in answering.get(question, ()))
        met.update(each for question in answered for each in asking.get(question, ()))
        known = sorted(sorted(met, key=lambda each: (-met[each], each))[:MOST])
        scores = likeness(position, known) if known else ()
        best = max(scores, default=0.0)
        if best >= least:
            yield Copy(position, known[list(scores).index(best)], round(best, 4))
            continue
        for question in asked:
            asking[question].append(position)
        for question in answered:
            answering[question].append(position)
