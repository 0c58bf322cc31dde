"""Finding somebody by what one knows of them, on the results of a folder run."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.cli import main
from schedulerx.compose.layout import ArtifactFolder
from schedulerx.errors import ExitCode
from schedulerx.stores.postgres.evidence_store import open_evidence
from tests.stores.postgres.resolving import contact, resolve, upload

ADA, BOB = "+12125550133", "+14155550133"


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.delenv("DB_PROFILE", raising=False)
    folder = ArtifactFolder(tmp_path)
    folder.artifacts.mkdir(parents=True)
    with open_evidence({}, folder.database) as store:
        upload(store, {"people.csv": [contact("Ada Byron", ADA), contact("Bob", BOB)]})
        resolve(store)
    return ["--artifact_dir", str(tmp_path)]


def test_a_name_a_number_and_nothing_are_looked_for(
    results: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["find", "byron", *results]) == 0
    by_name = capsys.readouterr().out
    assert f"Ada Byron, {ADA}" in by_name
    assert "people.csv" in by_name
    assert BOB not in by_name
    main(["find", "+1 (212) 555-0133", *results])
    assert f"Ada Byron, {ADA}" in capsys.readouterr().out
    main(["find", "5550133", "--limit", "1", *results])
    assert "Persons (2)" in capsys.readouterr().out
    main(["find", "nobody", *results])
    assert capsys.readouterr().out == "nothing bears these words\n"
    assert main(["find", " ", *results]) == ExitCode.USAGE
