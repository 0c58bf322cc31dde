from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from schedulerx.documents.ocr.places import words_at
from tests.documents.ocr.pages import PANGRAMS, page

PAGE = page(PANGRAMS)


def test_a_phrase_over_two_lines_is_found_word_by_word() -> None:
    begin = PAGE.text.index("lazy")
    words = words_at(PAGE, begin, PAGE.text.index("my"))
    assert [word.text for word in words] == ["lazy", "dog", "Pack"]
    assert [word.box[0][1] for word in words] == [0, 0, 30]


def test_a_line_without_words_stands_for_them() -> None:
    bare = replace(PAGE, lines=tuple(replace(line, words=()) for line in PAGE.lines))
    (found,) = words_at(bare, 0, 3)
    assert found.text == PANGRAMS[0]


@given(st.integers(0, len(PAGE.text)), st.integers(0, len(PAGE.text)))
def test_the_words_of_a_part_hold_all_its_letters(one: int, other: int) -> None:
    begin, end = sorted((one, other))
    part = PAGE.text[begin:end]
    assert "".join(part.split()) in "".join(word.text for word in words_at(PAGE, begin, end))
