"""All pairs of 64-bit hashes within a Hamming radius: exact, in bounded memory.

Multi-index hashing (Norouzi, Punjani, Fleet 2012): of hashes that differ in at most r bits, one
of three bands differs in at most r // 3. So each hash looks up, in a table of each band, every
value that near to its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Indices = NDArray[np.int64]
Pairs = tuple[Indices, Indices]

_BANDS = ((0, 22), (22, 21), (43, 21))  # first bit and width: 64 together
_FEW = 2048  # compared one with all: tables would cost more
_BATCH = 1 << 21  # pairs compared at a time


def pairs_within(hashes: Hashes, radius: int) -> Iterator[Pairs]:
    """The pairs (positions, in batches) that differ in at most `radius` bits, each pair once."""
    if len(hashes) <= _FEW:
        yield from _each_with_all(hashes, radius)
        return
    for band in range(len(_BANDS)):
        yield from _band_pairs(hashes, band, radius)


def _each_with_all(hashes: Hashes, radius: int) -> Iterator[Pairs]:
    for position in range(len(hashes) - 1):
        near = np.bitwise_count(hashes[position + 1 :] ^ hashes[position]) <= radius
        others = np.flatnonzero(near) + position + 1
        if len(others):
            yield np.full(len(others), position), others


def _part(hashes: Hashes, band: int) -> Hashes:
    first, width = _BANDS[band]
    return (hashes >> np.uint64(first)) & np.uint64((1 << width) - 1)


def _band_pairs(hashes: Hashes, band: int, radius: int) -> Iterator[Pairs]:
    width, reach = _BANDS[band][1], radius // len(_BANDS)
    order = np.argsort(_part(hashes, band), kind="stable")
    placed = hashes[order]
    values = _part(placed, band).astype(np.int64)
    starts = np.searchsorted(values, np.arange((1 << width) + 1)).astype(np.int32)
    for size in range(reach + 1):
        for bits in combinations(range(width), size):
            for one, other in _at(values, starts, sum(1 << bit for bit in bits)):
                kept = _new(placed[one], placed[other], band, radius)
                if kept.any():
                    yield order[one[kept]], order[other[kept]]


def _at(values: Indices, starts: NDArray[np.int32], mask: int) -> Iterator[Pairs]:
    """The pairs whose parts differ in exactly the mask, each once, at most `_BATCH` at a time."""
    if mask:  # of the two, the one without the lowest bit of the mask asks
        asking = np.flatnonzero(values & (mask & -mask) == 0)
        wanted = values[asking] ^ mask
        first, last = starts[wanted], starts[wanted + 1]
    else:
        asking = np.arange(len(values))
        first, last = asking + 1, starts[values + 1]
    some = np.flatnonzero(last > first)
    asking, first = asking[some], first[some].astype(np.int64)
    counts = (last[some] - first).astype(np.int64)
    yield from _expanded(asking, first, counts)


def _expanded(asking: Indices, first: Indices, counts: Indices) -> Iterator[Pairs]:
    """Each asking position with `counts` positions from `first` on."""
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(counts):
        before = ends[begin] - counts[begin]
        end = max(begin + 1, int(np.searchsorted(ends, before + _BATCH, side="right")))
        part = counts[begin:end]
        runs = np.repeat(first[begin:end] - (ends[begin:end] - part - before), part)
        yield np.repeat(asking[begin:end], part), runs + np.arange(len(runs))
        begin = end


def _new(one: Hashes, other: Hashes, band: int, radius: int) -> NDArray[np.bool_]:
    """Which pairs are within the radius and were not found by an earlier band."""
    differing = one ^ other
    kept: NDArray[np.bool_] = np.bitwise_count(differing) <= radius
    for earlier in range(band):
        kept &= np.bitwise_count(_part(differing, earlier)) > radius // len(_BANDS)
    return kept
