from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.posts.options import COMMON, SWITCH, WHOLE, Option, is_on, unknown, wrong
from schedulerx.posts.platforms.registry import PLATFORMS

KNOWN = {"seen_by": Option(choices=("all", "few")), "silent": SWITCH, "seconds": WHOLE}


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"seen_by": "al"}, "the option seen_by is 'al', not all or few"),
        ({"silent": "maybe"}, "the option silent is 'maybe', not yes or no"),
        ({"seconds": "1.5"}, "the option seconds is '1.5', not a whole number"),
        ({"seconds": "²"}, "the option seconds is '²', not a whole number"),
    ],
)
def test_an_option_says_what_it_may_be(given_: dict[str, str], words: str) -> None:
    assert list(wrong(given_, KNOWN)) == [words]


def test_options_of_other_platforms_and_good_ones_are_let_pass() -> None:
    good = {"seen_by": "few", "silent": "Yes", "seconds": 7, "board": "Garden"}
    assert list(wrong(good, KNOWN)) == []


def test_a_mistyped_option_is_told_with_the_one_that_is_meant() -> None:
    assert list(unknown(["visiblity"], ["visibility", "board"])) == [
        "there is no option 'visiblity'; did you mean visibility?"
    ]
    assert list(unknown(["zzz"], ["b", "a"])) == ["there is no option 'zzz'; there are a, b"]


@pytest.mark.parametrize(("value", "on"), [("true", True), ("YES", True), (True, True), (1, True),
                                           ("no", False), (None, False), ("", False)])  # fmt: skip
def test_a_switch_is_on_where_it_says_so(value: object, on: bool) -> None:  # noqa: FBT001
    assert is_on(value) is on


@given(st.text())
def test_whatever_an_option_says_it_is_judged(text: str) -> None:
    for platform in PLATFORMS.values():
        for name in {**COMMON, **platform.options}:
            list(wrong({name: text}, platform.options))
