from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.documents.ocr.engine import Pixels, upright
from schedulerx.documents.ocr.strips import bounds, cut, reading_box

PAGE: Pixels = np.arange(200, dtype=np.uint8).reshape(10, 20)


def test_an_upright_box_is_cut_out_as_it_is() -> None:
    assert (cut(PAGE, upright(2, 3, 6, 5)) == PAGE[3:5, 2:6]).all()


def test_a_slanted_box_lies_level() -> None:
    strip = cut(PAGE, ((5.0, 1.0), (15.0, 3.0), (14.0, 8.0), (4.0, 6.0)))
    assert strip.shape == (5, 10)


def test_a_line_on_end_is_cut_out_to_be_read_from_top_to_bottom() -> None:
    strip = cut(PAGE, reading_box(upright(2, 1, 4, 9)))
    assert strip.shape == (2, 8)
    assert strip[:, 0].mean() == pytest.approx(PAGE[1, 2:4].mean(), abs=1)
    assert strip[0].mean() > strip[1].mean()  # what stood at the right lies above


def test_a_line_that_lies_stays_as_it_is() -> None:
    assert reading_box(upright(0, 0, 14, 10)) == upright(0, 0, 14, 10)


def test_bounds_hold_all_corners() -> None:
    assert bounds(((5, 1), (15, 3), (14, 8), (4, 6))) == (4, 1, 15, 8)


@given(st.tuples(*(st.floats(-50, 50) for _ in range(4))))
def test_a_box_beyond_the_page_is_no_trouble(sides: tuple[float, float, float, float]) -> None:
    assert cut(PAGE, upright(*sides)).size >= 1
