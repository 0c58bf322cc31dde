from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.posts.choices import Choices, choices_of
from schedulerx.posts.options import COMMON, wrong


def test_nothing_chosen_is_no_consent_to_anything() -> None:
    assert choices_of({"board": "12"}) == Choices()


def test_choices_are_read() -> None:
    options = {"fit": "pad", "aspect": "9:16", "colour": "#AABBCC", "trim": "YES", "still": True}
    assert choices_of(options) == Choices(
        fit="pad", aspect=9 / 16, colour="#AABBCC", trim=True, still=True
    )
    assert list(wrong(options, COMMON)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("fit", "stretch"), ("aspect", "0:9"), ("aspect", "wide"), ("aspect", "1:9999"),
     ("colour", "black"), ("trim", "please"), ("still", "2")],
)  # fmt: skip
def test_what_means_nothing_is_told_and_not_chosen(name: str, value: str) -> None:
    (words,) = wrong({name: value}, COMMON)
    assert words.startswith(f"the option {name} is '{value}'")
    assert choices_of({name: value}) == Choices()


@given(st.sampled_from(sorted(COMMON)), st.text())
def test_whatever_is_written_is_meant_or_told_and_never_both_otherwise(
    name: str, value: str
) -> None:
    if list(wrong({name: value}, COMMON)):
        assert choices_of({name: value}) == Choices()
