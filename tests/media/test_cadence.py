from __future__ import annotations

from fractions import Fraction

import av
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.media.cadence import Steady
from schedulerx.media.encoders import TICKS


def shown(times: list[int], rate: int, end: int | None) -> list[tuple[int, int]]:
    """When each frame is shown, in ticks, and which."""
    steady, found = Steady(Fraction(rate)), []
    frames = [av.VideoFrame(16, 16, "gray") for _ in times]
    number = {id(frame): at for at, frame in enumerate(frames)}
    for frame, pts in zip(frames, times, strict=True):
        frame.pts = pts
        found += [(each.pts or 0, number[id(each)]) for each in steady.feed(frame)]
    return found + [(each.pts or 0, number[id(each)]) for each in steady.until(end)]


@given(st.lists(st.integers(1, TICKS), min_size=1, max_size=9), st.sampled_from([23, 24, 30, 50]))
def test_frames_come_at_even_times_in_order_until_the_end(gaps: list[int], rate: int) -> None:
    times = [sum(gaps[:at]) for at in range(len(gaps))]
    end = sum(gaps)
    found = shown(times, rate, end)
    assert [pts for pts, _ in found] == [
        round(Fraction(at * TICKS, rate)) for at in range(len(found))
    ]
    assert abs(len(found) - Fraction(end * rate, TICKS)) <= Fraction(1, 2)
    assert [which for _, which in found] == sorted(which for _, which in found)
    half = Fraction(TICKS, 2 * rate)
    for pts, which in found:
        assert which == 0 or times[which] - half <= pts
        assert which == len(times) - 1 or pts <= times[which + 1] + half


def test_the_last_frame_is_shown_once_where_no_end_is_known() -> None:
    assert shown([0, TICKS // 10], 10, None) == [(0, 0), (TICKS // 10, 1)]


def test_nothing_comes_of_nothing() -> None:
    assert shown([], 25, TICKS) == []
