"""Commands as they are typed: over the results of a run, or a folder of posts."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from schedulerx import cli
from schedulerx.compose.layout import ArtifactFolder
from schedulerx.stores.postgres.evidence_store import open_evidence
from tests.commands.people import ADA, BOB
from tests.commands.post_commands import Command, Told
from tests.stores.postgres.resolving import contact, resolve, upload


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The flag that names the results of a run which met Ada Byron and Bob."""
    monkeypatch.delenv("DB_PROFILE", raising=False)
    folder = ArtifactFolder(tmp_path)
    folder.artifacts.mkdir(parents=True)
    with open_evidence({}, folder.database) as store:
        upload(store, {"people.csv": [contact("Ada Byron", ADA), contact("Bob", BOB)]})
        resolve(store)
    return ["--artifact_dir", str(tmp_path)]


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
