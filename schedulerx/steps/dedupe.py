"""Files with the same bytes, pictures that look the same, parts of one picture, and events that
tell one happening are linked.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from schedulerx.media.clusters import Candidates, Owned, copies
from schedulerx.media.companions import companions, live_pairs
from schedulerx.media.likeness import ALIKE, Views
from schedulerx.media.perceptual import greys_of
from schedulerx.media.sequences import nearest, pictures_likeness, videos_likeness
from schedulerx.model.evidence import Companion, NearDuplicate
from schedulerx.model.ports import EvidenceStore, PictureStore
from schedulerx.model.work import RunWork

_PREPARED = 256  # pictures kept ready to be compared, 160 kB each grey copy
_ASKED = 10_000  # grey copies asked for at a time
_FEW = 8  # originals that are all compared with a picture; of more, those most like it at a glance
_GLANCED = 2
_SECOND, _SHARE = 1.0, 0.05  # how far the durations of two copies of a video may differ
_ID = 16  # bytes


def run(work: RunWork) -> dict[str, int]:
    """Links companions, exact duplicates (equal SHA-256), near ones, then happenings told again;
    counts links and what changed.
    """
    parts = work.evidence.link_companions(list(_companions(work.evidence)))
    exact = work.evidence.link_duplicates()
    crowded: list[int] = []
    found = list(near_duplicates(work.evidence, crowded.append))
    near = work.evidence.link_near_duplicates(found)
    again = work.evidence.link_happenings()
    return {
        "duplicates": exact.total,
        "linked": exact.added,
        "relinked": exact.changed,
        "unlinked": exact.removed,
        "near_duplicates": near.total,
        "near_linked": near.added,
        "near_relinked": near.changed,
        "near_unlinked": near.removed,
        "near_crowded": sum(crowded),
        "companions": parts.total,
        "companions_linked": parts.added + parts.changed,
        "companions_unlinked": parts.removed,
        "told_again": again.total,
        "told_again_linked": again.added + again.changed,
        "told_again_unlinked": again.removed,
    }


def _companions(evidence: EvidenceStore) -> Iterator[Companion]:
    """Every companion once: what a content identifier ties is believed before names are."""
    tied = set[bytes]()
    for companion in live_pairs(evidence.related(by_identifier=True)):
        if companion.object_id not in tied:
            tied.add(companion.object_id)
            yield companion
    for companion in companions(evidence.related(by_identifier=False)):
        if companion.object_id not in tied:
            tied.add(companion.object_id)
            yield companion


def near_duplicates(
    evidence: PictureStore, crowded: Callable[[int], object] = lambda _: None
) -> Iterator[NearDuplicate]:
    """Each copy that looks like another picture, with its original: the best of them.

    `crowded` is told how many pictures have so many like them that they met the best alone.
    """
    pictures = _Pictures(evidence)
    candidates = pictures.candidates()
    crowded(candidates.crowded)
    pictures.fetch(candidates.positions)
    for copy in copies(candidates, pictures.likeness, ALIKE):
        yield NearDuplicate(
            object_id=pictures.object_id(copy.position),
            original_id=pictures.object_id(copy.original),
            score=copy.score,
        )


class _Pictures:
    """The pictures by position, best first: some 400 bytes each, and some kilobytes each of those
    that have a candidate.
    """

    def __init__(self, evidence: PictureStore) -> None:
        self._evidence = evidence
        self._ids, self._seconds = bytearray(), array("d")  # NaN: not a video
        self._asking, self._answering = _Hashes(), _Hashes()
        for position, picture in enumerate(evidence.pictures()):
            self._ids += picture.object_id
            self._seconds.append(np.nan if picture.duration_s is None else picture.duration_s)
            self._asking.add(position, picture.hashes)
            self._answering.add(position, picture.hashes + picture.parts)
        self._greys: dict[bytes, bytes] = {}
        self._views = lru_cache(_PREPARED)(self._prepared)

    def object_id(self, position: int) -> bytes:
        return bytes(self._ids[position * _ID : (position + 1) * _ID])

    def candidates(self) -> Candidates:
        """Consumes the hashes."""
        asking, answering = self._asking.owned(), self._answering.owned()
        del self._asking, self._answering
        return Candidates(asking, answering, threads=os.cpu_count() or 1)

    def fetch(self, positions: Sequence[int] | np.ndarray) -> None:
        """Gets the grey copies of these."""
        for start in range(0, len(positions), _ASKED):
            some = positions[start : start + _ASKED]
            self._greys.update(self._evidence.greys([self.object_id(int(each)) for each in some]))

    def likeness(self, position: int, originals: Sequence[int]) -> list[float]:
        """How like each of the originals a picture is; 0 where it is another kind of thing, or in
        a crowd less like it than others.
        """
        kind = [each for each in originals if self._comparable(position, each)]
        if len(kind) <= _FEW:
            scores = {each: self._likeness(position, each) for each in kind}
        else:
            scores = self._glanced(position, kind)
        return [scores.get(each, 0.0) for each in originals]

    def _glanced(self, position: int, originals: Sequence[int]) -> dict[int, float]:
        """The likeness of the first that is alike, of those that correlate most."""
        stored = [self._grey(each) for each in originals]
        scores: dict[int, float] = {}
        for place in nearest(self._grey(position), stored, _GLANCED):
            score = scores[originals[place]] = self._likeness(position, originals[place])
            if score >= ALIKE:
                break
        return scores

    def _comparable(self, position: int, original: int) -> bool:
        return _comparable(self._seconds[position], self._seconds[original])

    def _likeness(self, position: int, original: int) -> float:
        alike = pictures_likeness if np.isnan(self._seconds[position]) else videos_likeness
        return alike(self._views(position), self._views(original))

    def _prepared(self, position: int) -> tuple[Views, ...]:
        return tuple(Views(grey) for grey in greys_of(self._grey(position)))

    def _grey(self, position: int) -> bytes:
        """Empty where it is gone by now: alike to nothing."""
        return self._greys.get(self.object_id(position), b"")


class _Hashes:
    """Hashes with their pictures' positions, twelve bytes each."""

    def __init__(self) -> None:
        self._values, self._owners = array("Q"), array("i")

    def add(self, position: int, hashes: Sequence[int]) -> None:
        self._values.extend(hashes)
        self._owners.extend([position] * len(hashes))

    def owned(self) -> Owned:
        """Without a copy of either."""
        return Owned(np.frombuffer(self._values, np.uint64), np.frombuffer(self._owners, np.int32))


def _comparable(one: float, other: float) -> bool:
    """Two images, or two videos of about the same duration."""
    if np.isnan(one) or np.isnan(other):
        return bool(np.isnan(one) and np.isnan(other))
    return abs(one - other) <= max(_SECOND, _SHARE * max(one, other))
