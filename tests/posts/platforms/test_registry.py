"""What every platform has, and that its line is all it needs to be known."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.cloud.platforms.registry import STAGES
from schedulerx.posts.platforms.registry import PLATFORMS
from tests.posts.platforms.test_error_bodies import ROWS
from tests.posts.platforms.test_hostile_answers import CASES

DOCS = Path(__file__).parents[3] / "docs" / "platforms.md"


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platform_has_a_stand_in_faults_to_try_and_a_chapter(name: str) -> None:
    assert STAGES[name].stand_in.name == name  # type: ignore[attr-defined]  # a class
    assert [case for case in CASES.values() if case.platform.name == name]
    assert [row for row in ROWS if CASES[row.case].platform.name == name]
    assert any(line[3:].lower().startswith(name) for line in DOCS.read_text().split("\n"))


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_option_is_told_in_the_platforms_chapter(name: str) -> None:
    chapters = DOCS.read_text().split("\n## ")
    (chapter,) = [each for each in chapters if each.lower().startswith(name)]
    assert [option for option in PLATFORMS[name].options if f"`{option}" not in chapter] == []
