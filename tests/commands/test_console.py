"""Text from files cannot steer the terminal; a window and a file both get readable lines."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from schedulerx.commands.console import nearby, print_line, printable


def test_control_and_direction_characters_are_shown() -> None:
    assert printable("a\x1b[31m\nb\u202egpj.exe") == "a\\u001b[31m\\u000ab\\u202egpj.exe"


def test_letters_of_every_script_stay() -> None:
    assert printable("Größe 写真 😀") == "Größe 写真 😀"


@given(st.text())
def test_nothing_unprintable_is_left(words: str) -> None:
    assert all(char.isprintable() for char in printable(words))


def _printed(*, in_a_window: bool) -> list[str]:
    told = io.StringIO()
    console = Console(file=told, width=20, force_terminal=in_a_window, no_color=True)
    print_line(console, Text("empty.jpg: the file is empty"), indent=2)
    return [line.rstrip() for line in told.getvalue().splitlines()]


def test_a_window_breaks_a_line_between_words_and_keeps_its_margin() -> None:
    assert _printed(in_a_window=True) == ["  empty.jpg: the", "  file is empty"]


def test_a_file_gets_the_line_whole() -> None:
    assert _printed(in_a_window=False) == ["  empty.jpg: the file is empty"]


def test_a_place_beneath_is_told_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert nearby(str(tmp_path / "out" / "report.html")) == "out/report.html"
    assert nearby("/elsewhere/report.html") == "/elsewhere/report.html"
    assert nearby("s3://bucket/report.html") == "s3://bucket/report.html"
