from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from schedulerx.media.clock import Clock

MS = Fraction(1, 1000)


def seconds(times: list[int | None], zero: int = 0) -> list[float]:
    clock = Clock(Fraction(zero), Fraction(1, 10), 60)
    return [float(clock.second(time, MS)) for time in times]


def test_times_begin_at_zero_and_keep_their_distances() -> None:
    assert seconds([5000, 5100, 5350], zero=5) == [0, 0.1, 0.35]


def test_a_frame_without_a_time_follows_the_one_before() -> None:
    assert seconds([0, None, None, 400]) == [0, 0.1, 0.2, 0.4]


def test_a_counter_that_begins_anew_goes_on() -> None:
    assert seconds([0, 100, 95_000_000, 95_000_100, 50]) == [0, 0.1, 0.2, 0.3, 0.4]


def test_a_short_gap_stays() -> None:
    assert seconds([0, 30_000]) == [0, 30]


@given(st.lists(st.none() | st.integers(-(2**62), 2**62), max_size=30))
def test_no_time_is_negative_nor_leaps(times: list[int | None]) -> None:
    found = seconds(times)
    assert all(each >= 0 for each in found)
    assert all(later - sooner <= 60.2 for sooner, later in pairwise(found))
