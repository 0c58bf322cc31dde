"""All pairs of 63-bit hashes, of two sets, within a Hamming radius: exact, in bounded memory.

Multi-index hashing (Norouzi, Punjani, Fleet 2012): of two hashes that differ in at most r bits,
one of three bands differs in at most r // 3. So each hash of the one set looks up, in a table of
each band of the other, every value that near to its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Indices = NDArray[np.int64]
Pairs = tuple[Indices, Indices]
_Places = NDArray[np.int32]

BITS = 63
_WIDTH = 21  # bits of a band: three are a hash
_BANDS = BITS // _WIDTH
_FEW = 2048  # compared one with all: tables would cost more
_BATCH = 1 << 20  # pairs compared at a time
_BLOCK = 1 << 23  # hashes in a table: 100 MB


def pairs_between(
    asking: Hashes, answering: Hashes, radius: int, threads: int = 1
) -> Iterator[Pairs]:
    """The pairs (positions in each, in batches) that differ in at most `radius` bits, each once."""
    if len(asking) <= _FEW:
        yield from _each_with_all(asking, answering, radius)
        return
    for start in range(0, len(answering), _BLOCK):
        block = answering[start : start + _BLOCK]
        for band in range(_BANDS):
            for one, other in _band_pairs(asking, block, band, radius, threads):
                yield one, other + start


def _each_with_all(asking: Hashes, answering: Hashes, radius: int) -> Iterator[Pairs]:
    for position, one in enumerate(asking):
        others = np.flatnonzero(np.bitwise_count(answering ^ one) <= radius)
        if len(others):
            yield np.full(len(others), position), others


def _part(hashes: Hashes, band: int) -> Hashes:
    return (hashes >> np.uint64(band * _WIDTH)) & np.uint64((1 << _WIDTH) - 1)


@dataclass(frozen=True)
class _Sorted:
    """Hashes by one band of theirs."""

    order: Indices  # where each was
    hashes: Hashes
    values: _Places  # of the band

    @classmethod
    def of(cls, hashes: Hashes, band: int) -> _Sorted:
        order = np.argsort(_part(hashes, band), kind="stable")
        placed = hashes[order]
        return cls(order, placed, _part(placed, band).astype(np.int32))


def _band_pairs(
    asking: Hashes, answering: Hashes, band: int, radius: int, threads: int
) -> Iterator[Pairs]:
    """The pairs that are near in this band and in none before, one list a mask."""
    ones, others = _Sorted.of(asking, band), _Sorted.of(answering, band)
    starts = np.searchsorted(others.values, np.arange((1 << _WIDTH) + 1)).astype(np.int32)
    taken = np.diff(starts) > 0  # small enough to stay in the processor's cache

    def at(mask: int) -> list[Pairs]:
        found = []
        for one, other in _at(ones.values, starts, taken, mask):
            kept = np.flatnonzero(_new(ones.hashes[one], others.hashes[other], band, radius))
            if len(kept):
                found.append((ones.order[one[kept]], others.order[other[kept]]))
        return found

    with ThreadPoolExecutor(threads) as pool:  # numpy works outside the interpreter's lock
        for found in pool.map(at, _masks(radius // _BANDS)):
            yield from found


def _masks(reach: int) -> Iterator[int]:
    """Every change of up to `reach` bits of a band."""
    for size in range(reach + 1):
        for bits in combinations(range(_WIDTH), size):
            yield sum(1 << bit for bit in bits)


def _at(
    values: _Places, starts: _Places, taken: NDArray[np.bool_], mask: int
) -> Iterator[tuple[_Places, _Places]]:
    """The pairs whose bands differ in exactly the mask, at most `_BATCH` or one's at a time."""
    wanted = values ^ np.int32(mask)
    some = np.flatnonzero(taken[wanted]).astype(np.int32)
    wanted = wanted[some]
    first = starts[wanted]
    yield from _expanded(some, first, starts[wanted + 1] - first)


def _expanded(
    asking: _Places, first: _Places, counts: _Places
) -> Iterator[tuple[_Places, _Places]]:
    """Each asking position with `counts` positions from `first` on."""
    ends = np.cumsum(counts, dtype=np.int64)
    begin = 0
    while begin < len(counts):
        before = ends[begin] - counts[begin]
        end = max(begin + 1, int(np.searchsorted(ends, before + _BATCH, side="right")))
        part = counts[begin:end]
        since = (ends[begin:end] - part - before).astype(np.int32)
        runs = np.repeat(first[begin:end] - since, part)
        runs += np.arange(len(runs), dtype=np.int32)
        yield np.repeat(asking[begin:end], part), runs
        begin = end


def _new(one: Hashes, other: Hashes, band: int, radius: int) -> NDArray[np.bool_]:
    """Which pairs are within the radius and were not found by an earlier band."""
    differing = one ^ other
    kept: NDArray[np.bool_] = np.bitwise_count(differing) <= radius
    if band:
        near = np.flatnonzero(kept)
        for earlier in range(band):
            reached = np.bitwise_count(_part(differing[near], earlier)) <= radius // _BANDS
            kept[near[reached]] = False
    return kept
