"""Words are found however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.evidence.finding import Words, words_of


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("nell", "Nell Tidewater"),
        ("munchen", "nach München"),
        ("+1 202 555 0117", "call +12025550117 now"),
        ("12025550117", "+1 (202) 555-0117"),
        ("0117", "row 0117"),
        ("Nell Tidewater", "signed by Nell\nTidewater"),
    ],
)
def test_a_word_is_found_without_case_accents_and_separators_of_numbers(
    word: str, text: str
) -> None:
    assert Words([word]).occur_in(text)


def test_every_word_has_to_occur() -> None:
    assert Words(["clock", "parcel"]).occur_in("The parcel with the clock")
    assert not Words(["clock", "van"]).occur_in("The parcel with the clock")


def test_a_short_number_is_no_other_with_separators() -> None:
    assert not Words(["1234"]).occur_in("12-34")


@given(st.text(), st.text(min_size=1).filter(str.strip), st.text())
def test_whatever_stands_around_a_word_it_is_found_in_one_line(
    before: str, word: str, after: str
) -> None:
    text = f"{before}{word}{after}"
    words = Words([word])
    assert words.occur_in(word)
    assert len(words.excerpt(text).splitlines()) <= 1


def test_an_excerpt_shows_what_stands_around_the_word() -> None:
    text = f"{'a' * 100} the\nclock {'b' * 100}"
    assert Words(["clock"]).excerpt(text) == f"…{'a' * 35} the clock {'b' * 39}…"


def test_texts_are_taken_out_of_lists_and_objects() -> None:
    row = {"names": ["Nell"], "actors": [{"name": "Otto", "box": [1, 2]}], "label": None}
    assert words_of(row, row) == "Nell\nOtto"
