from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.documents.ocr.engine import Word, upright
from schedulerx.documents.ocr.reader import Reading
from schedulerx.documents.ocr.words import joined, line_of, words_of

BOX = upright(100, 10, 200, 30)


def reading(text: str, sure: float = 0.9) -> Reading:
    """Letters of equal widths."""
    places = tuple((at + 0.5) / len(text) for at in range(len(text)))
    return Reading(text=text, places=places, sure=(sure,) * len(text))


def test_words_stand_where_their_letters_do() -> None:
    paid, amount = words_of(reading("Paid $1234"), BOX)
    assert (paid.text, paid.box) == ("Paid", upright(100, 10, 140, 30))
    assert (amount.text, amount.box) == ("$1234", upright(150, 10, 200, 30))


def test_words_lie_along_a_slanted_line() -> None:
    slanted = ((100.0, 10.0), (200.0, 30.0), (196.0, 50.0), (96.0, 30.0))
    last = words_of(reading("ab cd"), slanted)[1]
    assert last.box[0] == (160.0, 22.0)
    assert last.box[1] == (200.0, 30.0)


def test_a_word_is_as_sure_as_its_letters_on_the_average() -> None:
    (word,) = words_of(Reading(text="ab", places=(0.25, 0.75), sure=(1.0, 0.5)), BOX)
    assert word.confidence == 0.75


def test_a_line_of_one_letter_reaches_over_its_box() -> None:
    assert words_of(reading("7"), BOX)[0].box == BOX


def test_a_line_is_its_reading_without_blanks_around_it() -> None:
    line = line_of(reading(" Dear Sir "), BOX)
    assert line.text == "Dear Sir"
    assert line.confidence == pytest.approx(0.9)


def test_words_join_to_the_line_that_they_stand_in() -> None:
    line = joined(
        [
            Word(text="a", box=upright(0, 2, 10, 8), confidence=0.2),
            Word(text="top", box=upright(12, 0, 40, 9), confidence=1.0),
        ]
    )
    assert (line.text, line.box, line.confidence) == ("a top", upright(0, 0, 40, 9), 0.8)


@given(st.text(alphabet="ab ,.", min_size=1, max_size=30))
def test_words_are_always_those_of_the_text(text: str) -> None:
    words = words_of(reading(text), BOX)
    assert [word.text for word in words] == text.split()
    assert all(100 <= x <= 200 for word in words for x, _ in word.box)
