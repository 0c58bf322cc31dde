from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from schedulerx.documents.ocr.engine import Page, Pixels, Word, upright
from schedulerx.documents.ocr.mending import mended, without_stains
from schedulerx.documents.ocr.words import joined
from tests.documents.ocr.pages import Reads

SHADES: Pixels = np.full((100, 800), 255, np.uint8)


def line(*words: tuple[str, float]) -> Page:
    """A page with one line of these words, each with its confidence."""
    placed: Sequence[Word] = [
        Word(text=text, box=upright(100 * at, 10, 100 * at + 80, 40), confidence=sure)
        for at, (text, sure) in enumerate(words)
    ]
    return Page(width=800, height=100, engine="fast/1", lines=(joined(placed),))


def text(page: Page, reader: Reads) -> str:
    return mended(page, SHADES, reader, "both/1").text


def test_sure_words_are_not_read_again() -> None:
    reader = Reads("other")
    page = line(("all", 0.96), ("well", 0.92))
    assert mended(page, SHADES, reader, "both/1") == page
    assert reader.seen == []


def test_an_unsure_word_is_replaced_where_it_stands() -> None:
    page = mended(line(("the", 0.96), ("qu1ck", 0.7), ("fox", 0.95)), SHADES, Reads("quick"), "b/1")
    assert (page.text, page.engine) == ("the quick fox", "b/1")
    left, right = page.lines[0].words[1].box[0][0], page.lines[0].words[1].box[1][0]
    assert 90 <= left <= 100
    assert 180 <= right <= 190
    assert page.lines[0].words[1].confidence == 0.99


def test_unsure_neighbours_are_read_as_one_strip_that_leaves_out_the_others() -> None:
    reader = Reads("to day")
    assert text(line(("sure", 0.97), ("t0", 0.5), ("dey", 0.6), ("end", 0.97)), reader) == (
        "sure to day end"
    )
    (strip,) = reader.seen
    assert 180 <= strip.shape[1] <= 204


def test_a_worse_reading_changes_nothing() -> None:
    assert text(line(("sure", 0.97), ("word", 0.85)), Reads("ward", sure=0.6)) == "sure word"


def test_a_speck_that_nobody_confirms_is_left_out() -> None:
    assert text(line(("sure", 0.97), ("_", 0.85)), Reads(" ")) == "sure"
    assert text(line(("sure", 0.97), ("By", 0.2)), Reads("1", sure=0.5)) == "sure"
    assert text(line(("By", 0.2)), Reads(" ")) == ""


def test_an_illegible_word_stays_where_it_was_not_a_speck() -> None:
    assert text(line(("sure", 0.97), ("mopeEp.", 0.41)), Reads(" ")) == "sure mopeEp."


def test_what_looked_like_a_stain_can_be_a_word() -> None:
    assert text(line(("by", 0.95), ("Ra.eu", 0.0)), Reads("Ralph")) == "by Ralph"
    assert text(line(("by", 0.95), ("Ra.eu", 0.0)), Reads("Ralph", sure=0.7)) == "by"


def test_a_line_with_letters_the_engine_does_not_know_is_searched_for_more() -> None:
    class Spanish(Reads):
        def __init__(self) -> None:
            super().__init__("rápido")
            self.readings = [Reads("rápido"), Reads("marrón")]

        def read(self, strip: Pixels, squeeze: float = 1.0):  # type: ignore[no-untyped-def]  # as Reads
            return self.readings.pop(0).read(strip)

    assert text(line(("marron", 0.94), ("rapido", 0.89)), Spanish()) == "marrón rápido"


def test_stains_are_taken_out_and_their_lines_shrink() -> None:
    page = without_stains(line(("left", 0.9), ("~", 0.01)))
    assert page.text == "left"
    assert page.lines[0].box == upright(0, 10, 80, 40)
    assert without_stains(line(("~", 0.01))).lines == ()
