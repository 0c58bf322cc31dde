from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedulerx.media import neighbours
from schedulerx.media.neighbours import Hashes, pairs_between


def found(hashes: Hashes, radius: int) -> list[tuple[int, int]]:
    """Sorted, and not made unique: a pair told twice would show."""
    return sorted(
        pair
        for one, other in pairs_between(hashes, hashes, radius, threads=2)
        for pair in zip(one.tolist(), other.tolist(), strict=True)
    )


def true(hashes: Hashes, radius: int) -> list[tuple[int, int]]:
    values = hashes.tolist()
    return [
        (one, other)
        for one, other in product(range(len(values)), repeat=2)
        if (values[one] ^ values[other]).bit_count() <= radius
    ]


@st.composite
def families(draw: st.DrawFn) -> Hashes:
    """Hashes with relatives some bits away, and equal ones."""
    hashes = draw(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=12))
    for base in draw(st.lists(st.sampled_from(hashes), max_size=25)):
        bits = draw(st.sets(st.integers(0, 62), max_size=10))
        hashes.append(base ^ sum(1 << bit for bit in bits))
    return np.array(hashes, np.uint64)


@settings(max_examples=6, deadline=None)
@given(families(), st.integers(0, 8))
def test_the_bands_find_exactly_the_pairs_that_brute_force_finds(
    hashes: Hashes, radius: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "_FEW", 0)
        patch.setattr(neighbours, "_BLOCK", 7)
        patch.setattr(neighbours, "_BATCH", 5)  # batches are cut in the middle of a bucket
        assert found(hashes, radius) == true(hashes, radius)


@given(families(), st.integers(0, 64))
def test_few_hashes_are_compared_one_by_one(hashes: Hashes, radius: int) -> None:
    assert found(hashes, radius) == true(hashes, radius)


def test_both_ways_agree_on_thousands(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    hashes = rng.integers(0, 2**63, 4000, dtype=np.uint64)
    hashes[2000:] = hashes[:2000]
    for _ in range(8):
        hashes[2000:] ^= np.uint64(1) << rng.integers(0, 63, 2000, dtype=np.uint64)
    banded = found(hashes, 8)
    monkeypatch.setattr(neighbours, "_FEW", 10_000)
    assert len(banded) >= 2000
    assert banded == found(hashes, 8)
