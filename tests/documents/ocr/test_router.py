from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.ocr.engine import Page, Pixels
from schedulerx.documents.ocr.router import RoutedEngine
from tests.documents.ocr.pages import PANGRAMS, Answers, Reads, drawn, page

BLANK: Pixels = np.full((400, 800, 3), 255, np.uint8)


def who_reads(first: Page, pixels: Pixels = BLANK) -> str:
    strong = Answers(page(["read again"], engine="strong/1"))
    return RoutedEngine(Answers(first), strong, Reads("mended")).recognise(pixels).engine


def test_a_page_the_fast_engine_is_sure_of_is_its_own() -> None:
    assert who_reads(page(PANGRAMS)) == "fake/1"


def test_a_page_with_many_unsure_words_is_read_again() -> None:
    assert who_reads(page(PANGRAMS, confidence=0.7)) == "strong/1"


def test_a_page_with_few_unsure_words_has_these_read_again() -> None:
    sure, unsure = page(PANGRAMS), page(["x"] * len(PANGRAMS) + ["jolly"], confidence=0.6)
    both = replace(sure, lines=(*sure.lines, unsure.lines[-1]))
    engine = RoutedEngine(Answers(both), Answers(page([], engine="strong/1")), Reads("jelly"))
    found = engine.recognise(BLANK)
    assert found.text.splitlines() == [*PANGRAMS, "jelly"]
    assert found.engine == "fake/1+strong/1"


def test_a_faint_page_is_not_tried_with_the_fast_engine() -> None:
    faint = (255 - (255 - drawn().astype(np.int16)) // 2).astype(np.uint8)
    fast = Answers(page(PANGRAMS))
    strong = Answers(page(["read"], engine="strong/1"))
    assert RoutedEngine(fast, strong, Reads("")).recognise(faint).engine == "strong/1"
    assert fast.seen == []


def test_a_page_that_looks_full_and_reads_empty_is_read_again() -> None:
    assert who_reads(page(["fox"]), drawn()) == "strong/1"


def test_a_page_without_words_is_read_again() -> None:
    assert who_reads(page([])) == "strong/1"


def test_a_page_whose_lines_stand_on_end_is_read_again() -> None:
    assert who_reads(page(PANGRAMS, standing=True)) == "strong/1"


def test_a_page_without_end_is_left_to_the_strong_engine() -> None:
    class Endless(Answers):
        def draft(self, white: Pixels) -> Page:
            raise DamagedDocument("no end")

    strong = Answers(page(["found"], engine="strong/1"))
    assert RoutedEngine(Endless(page([])), strong, Reads("")).recognise(BLANK).text == "found"


def test_the_gate_sees_what_the_strong_engine_detects() -> None:
    class Blind(Answers):
        def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
            raise AssertionError("asked the wrong one")

    engine = RoutedEngine(Blind(page([])), Answers(page([])), Reads(""))
    assert engine.detect(BLANK) == [(800.0, 20.0)]
