from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.documents.ocr.engine import Line, Page, upright
from schedulerx.documents.ocr.paper import on_white
from schedulerx.documents.ocr.turning import lie, turned, turned_back
from tests.documents.ocr.pages import drawn


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_mark_found_on_a_turned_page_is_where_it_was(degrees: int) -> None:
    pixels = np.full((200, 300, 3), 255, np.uint8)
    pixels[40:60, 100:180] = 0
    seen = turned(pixels, degrees)
    rows, columns = np.nonzero(seen[..., 0] == 0)
    box = upright(
        float(columns.min()), float(rows.min()), float(columns.max()) + 1, float(rows.max()) + 1
    )
    found = Page(
        width=seen.shape[1],
        height=seen.shape[0],
        engine="fake/1",
        lines=(Line(text="mark", box=box, confidence=1.0),),
    )
    back = turned_back(found, degrees, 300, 200)
    assert (back.width, back.height, back.turned) == (300, 200, degrees)
    assert set(back.lines[0].box) == {(100, 40), (180, 40), (180, 60), (100, 60)}


@given(st.integers(-14, 14))
def test_skew_is_measured_to_a_degree(degrees: int) -> None:
    standing, skew = lie(on_white(turned(drawn(), degrees)))
    assert not standing
    assert abs(skew - degrees) <= 1


@pytest.mark.parametrize("degrees", [90, 270])
def test_lines_on_end_are_told(degrees: int) -> None:
    assert lie(on_white(turned(drawn(), degrees)))[0]
