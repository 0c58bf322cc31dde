"""Passwords are tried in order, each once, and never shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schedulerx.model.passwords import NO_PASSWORDS, Passwords


def test_lines_are_kept_as_they_are_and_numbered_as_an_editor_shows_them() -> None:
    found = Passwords.parse("\ufeffone\r\n\r\n    \nzwei ß\n")
    assert list(found.first()) == [(1, "one"), (3, "    "), (4, "zwei ß")]
    assert len(found) == 3


def test_the_line_that_served_comes_first_and_no_password_twice() -> None:
    found = Passwords.parse("a\nb\na\nb")
    assert list(found.first(4)) == [(4, "b"), (1, "a")]


def test_nothing_is_tried_where_the_file_holds_only_empty_lines() -> None:
    assert not Passwords.parse("\n\n")
    assert not NO_PASSWORDS


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=3))
def test_no_password_is_shown(secret: str) -> None:
    shown = repr(Passwords.parse(secret)) + str(Passwords.parse(secret))
    assert shown == "Passwords()" * 2


def test_what_stays_locked_says_how_many_were_tried() -> None:
    assert Passwords.parse("a\nb").still_locked("shut") == (
        "shut; 2 passwords were tried, none opens it"
    )
