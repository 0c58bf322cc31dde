"""What the pages say can be typed: every command parses, every link leads somewhere."""

from __future__ import annotations

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import run
import schedule_pipeline
from schedulerx import cli
from tests.conftest import ROOT

PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "samples" / "README.md"],
)
PARSERS = {
    "schedulerx": cli.parser,
    "python run.py": run.parser,
    "python schedule_pipeline.py": schedule_pipeline.parser,
}


def commands(page: Path) -> Iterator[str]:
    """The lines of a page's shell blocks, continued ones joined, comments dropped."""
    for block in re.findall(r"```(?:sh|bash|console)\n(.*?)```", page.read_text(), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            yield line.strip()


def ours() -> Iterator[tuple[str, str, str]]:
    """(page, parser's name, arguments) of every command of this project."""
    for page in PAGES:
        for line in commands(page):
            for name in PARSERS:
                if line.startswith(f"{name} "):
                    yield str(page.relative_to(ROOT)), name, line.removeprefix(name)


@pytest.mark.parametrize(("page", "name", "arguments"), list(ours()))
def test_every_command_of_ours_is_understood(page: str, name: str, arguments: str) -> None:
    # Optional parts stand in brackets, alternatives with a bar: the first form is typed.
    typed = re.sub(r"\[[^]]*\]", "", arguments)
    tokens = shlex.split(typed, comments=True)
    first = [token.split("|")[0] for token in tokens]
    examples = ["events" if token == "KIND" else token for token in first]
    PARSERS[name]().parse_args(examples)


def test_the_pages_hold_commands() -> None:
    assert len(list(ours())) >= 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text())
    absent = [
        target for target in targets if "://" not in target and not (page.parent / target).exists()
    ]
    assert absent == []


def test_make_knows_the_targets_the_pages_name() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = {
        word
        for page in PAGES
        for line in commands(page)
        if line.startswith("make ")
        for word in line.split("#")[0].split()[1:]
        if "=" not in word
    }
    assert all(re.search(rf"^{word}:", makefile, re.MULTILINE) for word in named)


def test_every_subcommand_has_a_module() -> None:
    for name in cli.COMMANDS:
        assert callable(importlib.import_module(f"schedulerx.commands.{name}").add_to)
