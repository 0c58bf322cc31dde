"""Commands about posts, over a folder of each module's own."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from schedulerx import cli
from tests.commands.post_commands import Command, Told


@pytest.fixture(scope="module")
def posts_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all of a module: the embedded database takes a moment to make."""
    return tmp_path_factory.mktemp("posts")


@pytest.fixture
def command(
    posts_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Runs one command; its exit code and what it said."""
    monkeypatch.setenv("SCHEDULERX_POSTS_DIR", str(posts_folder))

    def run(*arguments: str, stdin: str = "") -> Told:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = cli.main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
