from __future__ import annotations

import numpy as np

from schedulerx.documents.ocr.engine import Pixels
from schedulerx.documents.ocr.turning import turned
from schedulerx.documents.ocr.upright import UprightEngine
from tests.documents.ocr.pages import PANGRAMS, Answers, drawn, page

NONSENSE = page(["qwx zzk", "vvj qqx"], confidence=0.2)
BLANK: Pixels = np.full((400, 800, 3), 255, np.uint8)


def test_a_page_that_makes_sense_is_read_once() -> None:
    engine = Answers(page(PANGRAMS))
    assert UprightEngine(engine).recognise(BLANK).turned == 0
    assert len(engine.seen) == 1


def test_an_empty_page_is_read_once() -> None:
    engine = Answers(page([]))
    assert UprightEngine(engine).recognise(BLANK).lines == ()
    assert len(engine.seen) == 1


def test_a_page_upside_down_is_turned_and_its_boxes_are_turned_back() -> None:
    engine = Answers(NONSENSE, page(PANGRAMS))
    found = UprightEngine(engine).recognise(BLANK)
    assert (found.text, found.turned) == ("\n".join(PANGRAMS), 180)
    assert found.lines[0].box[0] == (800, 400)  # its first letter's corner
    assert len(engine.seen) == 2


def test_lines_on_end_that_make_sense_are_put_in_order() -> None:
    engine = Answers(page(PANGRAMS, standing=True), page(PANGRAMS))
    found = UprightEngine(engine).recognise(turned(drawn(), 270))
    assert found.turned == 270 - 180  # what was turned by 270 degrees is upright after 90 more


def test_where_nothing_makes_sense_the_page_stays_as_it_came() -> None:
    engine = Answers(NONSENSE)
    found = UprightEngine(engine).recognise(drawn())
    assert (found.turned, found.text) == (0, NONSENSE.text)
    assert len(engine.seen) <= 3
