"""The command line's words: complete, exact, helpful."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import run as folder_run
import schedule_pipeline
from schedulerx import cli

HOUSE = Path(__file__).parents[1]


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _parsers(each)


def _all() -> list[argparse.ArgumentParser]:
    roots = (cli.parser(), folder_run.parser(), schedule_pipeline.parser())
    return [each for root in roots for each in _parsers(root)]


def test_every_argument_says_what_it_is() -> None:
    silent = [
        f"{parser.prog}: {action.dest}"
        for parser in _all()
        for action in parser._actions
        if not action.help and not isinstance(action, argparse._SubParsersAction)
    ]
    assert silent == []


def test_every_help_fits_a_window_of_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    wide = [
        line for parser in _all() for line in parser.format_help().splitlines() if len(line) > 80
    ]
    assert wide == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["exprt"], "did you mean export?"),
        (["posts", "lst"], "did you mean list?"),
        (["run", "a", "b", "--proceses", "2"], "did you mean --processes?"),
        (["run", "a", "b", "--steps", "reed"], "did you mean read?"),
    ],
)
def test_a_word_that_nearly_fits_is_named(
    words: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert meant in capsys.readouterr().err


def test_a_command_imports_nothing_of_the_others() -> None:
    code = (
        "import sys; from schedulerx import cli; cli.parser(['copy']); "
        "sys.exit(any(name in sys.modules for name in ('schedulerx.commands.posts', 'psycopg')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=HOUSE, check=False).returncode == 0


def test_a_flag_that_was_cut_short_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        folder_run.parser().parse_args(["a", "b", "--overwrite"])
    assert ended.value.code == 2
    assert "did you mean --overwrite_existing?" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["posts"]])
def test_without_a_command_all_are_shown(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert "show this help" in capsys.readouterr().err


@pytest.mark.parametrize("script", ["run.py", "schedule_pipeline.py"])
def test_a_python_without_the_packages_says_what_to_do(script: str) -> None:
    code = (
        f"import runpy, sys; sys.path.insert(0, {str(HOUSE)!r}); "
        f"runpy.run_path({str(HOUSE / script)!r}, run_name='__main__')"
    )
    bare = [sys.executable, "-I", "-S", "-c", code]
    done = subprocess.run(bare, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "make demo" in done.stderr
    assert "Traceback" not in done.stderr
