"""Geometry: shapes are kept, boxes are held, nothing is enlarged unasked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.media.geometry import LARGEST_SIDE, Placement, fitted, placed
from schedulerx.settings import RenditionSettings

SIDES = st.integers(1, 20_000)
BOXES = st.integers(1, 4000)
SHARES = st.floats(0, 1)


def put(across: int, down: int, /, **wanted: Any) -> Placement:
    return placed(across, down, RenditionSettings(name="made", **wanted))


def within(placement: Placement, width: int, height: int) -> bool:
    """Nothing is taken from outside the picture, nothing laid outside the canvas."""
    left, top, right, bottom = placement.crop
    x, y = placement.at
    return (
        0 <= left < right <= width + 1e-6
        and 0 <= top < bottom <= height + 1e-6
        and 0 <= x <= x + placement.size[0] <= placement.canvas[0]
        and 0 <= y <= y + placement.size[1] <= placement.canvas[1]
    )


@given(SIDES, SIDES, st.integers(1, 2000))
def test_a_fitted_size_keeps_its_shape_and_its_bounds(width: int, height: int, size: int) -> None:
    wide, high = fitted(width, height, size)
    assert 1 <= wide <= min(width, size)
    assert 1 <= high <= min(height, size)
    assert max(wide, high) == min(max(width, height), size)
    assert abs(wide * height - high * width) <= max(width, height)


@given(SIDES, SIDES, st.none() | BOXES, st.none() | BOXES)
def test_inside_a_box_the_whole_picture_is_shown(
    width: int, height: int, wide: int | None, high: int | None
) -> None:
    placement = put(width, height, width=wide, height=high)
    assert placement.crop == (0, 0, width, height)
    assert placement.size == placement.canvas
    assert placement.size[0] <= min(width, wide or 65_500)
    assert placement.size[1] <= min(height, high or 65_500)


@given(SIDES, SIDES, st.integers(1, 3000))
def test_a_size_is_a_square_box(width: int, height: int, size: int) -> None:
    assert put(width, height, size=size).size == fitted(width, height, size)


def test_without_a_size_a_picture_stays_as_large_as_it_is() -> None:
    assert put(640, 480).size == (640, 480)


@given(SIDES, SIDES, BOXES, BOXES, SHARES, SHARES, st.sampled_from(["crop", "pad"]))
def test_an_enlarged_crop_or_padding_has_exactly_the_size_wanted(
    width: int, height: int, wide: int, high: int, x: float, y: float, fit: str
) -> None:
    placement = put(width, height, width=wide, height=high, fit=fit, enlarge=True, focus=(x, y))
    assert placement.canvas == (wide, high)
    assert within(placement, width, height)


@given(SIDES, SIDES, BOXES, BOXES, st.sampled_from(["crop", "pad"]))
def test_nothing_is_enlarged_unasked(
    width: int, height: int, wide: int, high: int, fit: str
) -> None:
    placement = put(width, height, width=wide, height=high, fit=fit)
    assert within(placement, width, height)
    assert placement.size[0] <= width
    assert placement.size[1] <= height
    assert placement.canvas[0] <= wide
    assert placement.canvas[1] <= high


@given(st.integers(100, 9000), st.integers(100, 9000), st.sampled_from(["crop", "pad"]))
def test_a_small_picture_keeps_the_shape_of_its_box(width: int, height: int, fit: str) -> None:
    wide, high = put(width, height, width=8000, height=6000, fit=fit).canvas
    assert wide / high == pytest.approx(4 / 3, rel=0.02)


@given(
    SIDES,
    SIDES,
    st.sampled_from(["crop", "pad"]),
    st.sampled_from([(0.8, 1.91), (1.0, 1.0), (0.5625, 1.7778)]),
    st.none() | st.integers(200, 2000),
    st.none() | st.integers(200, 2000),
)
def test_the_shape_comes_into_the_range_allowed(
    width: int,
    height: int,
    fit: str,
    aspect: tuple[float, float],
    wide: int | None,
    high: int | None,
) -> None:
    placement = put(width, height, fit=fit, aspect=aspect, width=wide, height=high)
    canvas = placement.canvas
    assert within(placement, width, height)
    assert canvas[0] <= (wide or 65_500)
    assert canvas[1] <= (high or 65_500)
    if min(canvas) >= 3:  # of fewer pixels not every shape can be made
        assert aspect[0] - 1e-9 <= canvas[0] / canvas[1] <= aspect[1] + 1e-9


def test_a_picture_of_an_allowed_shape_is_left_whole() -> None:
    placement = put(1200, 1000, fit="crop", aspect=(0.8, 1.91), width=600)
    assert placement.crop == (0, 0, 1200, 1000)
    assert placement.canvas == (600, 500)


def test_a_crop_is_taken_around_its_focus() -> None:
    def crop(x: float) -> tuple[float, float, float, float]:
        return put(400, 200, size=100, fit="crop", focus=(x, 0.5)).crop

    assert crop(0) == (0, 0, 200, 200)
    assert crop(0.5) == (100, 0, 300, 200)
    assert crop(1) == (200, 0, 400, 200)


def test_padding_puts_the_picture_at_its_focus() -> None:
    placement = put(400, 200, size=100, fit="pad", focus=(0.5, 1))
    assert (placement.size, placement.at, placement.canvas) == ((100, 50), (0, 50), (100, 100))


@pytest.mark.parametrize("kind", sorted(LARGEST_SIDE))
@pytest.mark.parametrize("fit", ["inside", "crop", "pad"])
def test_no_side_is_longer_than_the_format_can_hold(kind: str, fit: str) -> None:
    placement = put(90_000, 60_000, fit=fit, format=kind, width=16_384, height=16_384)
    assert max(placement.canvas) <= LARGEST_SIDE[kind]
