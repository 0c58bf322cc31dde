from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.stores.read_ahead import read_ahead


@given(st.lists(st.lists(st.integers(), max_size=20), max_size=12), st.integers(1, 4))
def test_sequences_come_whole_and_in_order(sequences: list[list[int]], width: int) -> None:
    found = list(read_ahead([partial(iter, one) for one in sequences], width))
    assert found == [item for one in sequences for item in one]


def test_an_error_comes_where_it_happened() -> None:
    def broken() -> Iterator[int]:
        yield 2
        raise OSError("cable")

    def one() -> Iterator[int]:
        yield 1

    items = read_ahead([one, broken, one], 3)
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(OSError, match="cable"):
        next(items)


def test_leaving_early_stops_endless_readers() -> None:
    def endless() -> Iterator[int]:
        while True:
            yield 1

    items = read_ahead([endless, endless], 2)
    assert next(items) == 1
    assert isinstance(items, Generator)
    items.close()  # returns: the readers have ended
