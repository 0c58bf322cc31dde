"""Text from files cannot steer the terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schedulerx.commands.console import printable


def test_control_and_direction_characters_are_shown() -> None:
    assert printable("a\x1b[31m\nb\u202egpj.exe") == "a\\u001b[31m\\u000ab\\u202egpj.exe"


def test_letters_of_every_script_stay() -> None:
    assert printable("Größe 写真 😀") == "Größe 写真 😀"


@given(st.text())
def test_nothing_unprintable_is_left(words: str) -> None:
    assert all(char.isprintable() for char in printable(words))
