from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schedulerx.documents.ocr.engine import Word, upright
from schedulerx.documents.ocr.words import words_of

BOX = upright(100, 10, 200, 30)


def piece(text: str, left: float, right: float, confidence: float = 0.9) -> Word:
    return Word(text=text, box=upright(left, 10, right, 30), confidence=confidence)


def test_pieces_become_the_words_that_blanks_part() -> None:
    pieces = [piece("Paid", 100, 130), piece("$", 140, 145, 0.5), piece("12", 145, 160)]
    words = words_of("Paid $12", pieces, BOX, 0.8)
    assert [(word.text, word.confidence) for word in words] == [("Paid", 0.9), ("$12", 0.5)]
    assert words[1].box == upright(140, 10, 160, 30)


def test_pieces_that_spell_something_else_do_not_place_words() -> None:
    words = words_of("ab cdefg", [piece("xyz", 100, 130)], BOX, 0.8)
    assert [word.box for word in words] == [
        upright(100, 10, 125, 30),
        upright(137.5, 10, 200, 30),
    ]


@given(st.text(alphabet="ab ,.", min_size=1, max_size=30))
def test_words_are_always_those_of_the_text(text: str) -> None:
    pieces = [piece(letter, 100, 101) for letter in text if letter != " "]
    assert [word.text for word in words_of(text, pieces, BOX, 1.0)] == text.split()
    assert [word.text for word in words_of(text, pieces[1:], BOX, 1.0)] == text.split()
