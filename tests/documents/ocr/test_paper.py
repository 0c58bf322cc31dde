from __future__ import annotations

import numpy as np

from schedulerx.documents.ocr.engine import upright
from schedulerx.documents.ocr.paper import grey, on_white, share_within, text_like
from schedulerx.documents.ocr.quiet import GRAINY, grain, quieted
from tests.documents.ocr.pages import drawn


def test_a_shadow_over_half_the_page_is_lifted() -> None:
    shadow = np.linspace(0.25, 1.0, 800)[None, :, None]
    white = on_white((drawn() * shadow).astype(np.uint8))
    corners = white[:40, :200], white[:40, -200:]
    assert all(np.median(corner) > 225 for corner in corners)
    assert (white < 100).any()


def test_white_on_black_is_turned_round() -> None:
    assert np.median(on_white(255 - drawn())) > 200


def test_an_even_page_stays_as_it_is() -> None:
    assert np.array_equal(on_white(drawn()), grey(drawn()))


def test_text_is_told_from_paper_and_from_black_borders() -> None:
    pixels = drawn().copy()
    pixels[:, :32] = 0
    cells = text_like(on_white(pixels))
    assert not cells[:, :2].any()
    assert 0.01 < cells.mean() < 0.5


def test_what_lies_outside_all_boxes_is_not_covered() -> None:
    cells = text_like(on_white(drawn()))
    assert share_within(cells, []) == 0.0
    assert share_within(cells, [upright(0, 0, 800, 460)]) == 1.0
    assert 0.1 < share_within(cells, [upright(0, 0, 800, 200)]) < 0.9


def test_grain_is_measured_and_taken_out() -> None:
    noise = np.random.default_rng(7).normal(0, 30, drawn().shape)
    grainy = np.clip(drawn() + noise, 0, 255).astype(np.uint8)
    assert grain(drawn()) < 1 < GRAINY < grain(grainy)
    assert grain(quieted(grainy)) < grain(grainy) / 2
    assert quieted(drawn()) is not None
    assert np.array_equal(quieted(drawn()), drawn())
