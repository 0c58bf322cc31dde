"""Figures and names as people read them."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.report import words


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0 s"), (0.004, "4 ms"), (1.26, "1.3 s"), (61.2, "1 min 1 s"), (7500, "2 h 5 min")],
)
def test_a_duration_has_the_unit_that_fits(seconds: float, expected: str) -> None:
    assert words.duration(seconds) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 bytes"), (999, "999 bytes"), (1234, "1.2 kB"), (5_600_000, "5.6 MB"), (2e12, "2.0 TB")],
)
def test_a_size_has_the_unit_that_fits(number: int, expected: str) -> None:
    assert words.size(number) == expected


def test_a_share_is_whole_only_where_nothing_is_missing() -> None:
    assert words.share(999_999, 1_000_000) == "99.9 %"
    assert words.share(1, 1_000_000) == "0.1 %"
    assert words.share(3, 3) == "100 %"
    assert words.share(0, 0) == ""


def test_a_moment_keeps_the_offset_it_was_written_with() -> None:
    assert words.moment("2024-06-03T06:12:40-04:00") == "3 June 2024, 06:12 -04:00"
    assert words.moment("2024-06-03T06:12:40+00:00") == "3 June 2024, 06:12 UTC"
    assert words.moment("2024-06-03T06:12:40") == "3 June 2024, 06:12"
    assert words.moment("one day") == "one day"


def test_a_direction_override_is_shown_by_its_number() -> None:
    shown = words.visible("holiday\u202egpj.exe")
    assert "\u202e" not in shown
    assert "U+202E" in shown


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    shown = words.visible("a" * 3000 + "-the-end.pdf")
    assert shown.startswith("aaaa")
    assert shown.endswith("-the-end.pdf")
    assert "characters left out" in shown


@given(st.text(max_size=400))
def test_no_name_breaks_out_of_its_place(name: str) -> None:
    shown = str(words.visible(name))
    tags = set(re.findall(r"<[^>]*>", shown))
    assert all(
        re.fullmatch(r'</b>|<b class="mark"( title="\d+ characters left out")?>', tag)
        for tag in tags
    )
    assert len(shown) < 1000
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not hidden & {unicodedata.category(character) for character in shown}


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]), max_size=80))
def test_a_short_plain_name_is_shown_whole(name: str) -> None:
    assert html.unescape(str(words.visible(name))) == name
