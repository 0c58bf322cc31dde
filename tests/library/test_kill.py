"""Killed at every phase and in the middle of it, a library ends as if never disturbed."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from schedulerx.model.library import Phase
from tests.folder_runs import python
from tests.library.runs import library_run, shelves, tree

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "files"
SAVES = (4, 13, 22, 30)


def _source(root: Path) -> Path:
    """Photos, a Live Photo, a video, a copy and a name that two files share."""
    source = root / "source"
    shutil.copytree(SAMPLES / "photos", source / "photos")
    shutil.copytree(SAMPLES / "videos", source / "videos")
    (source / "again").mkdir()
    shutil.copy(source / "photos" / "IMG_0415_lighthouse.jpg", source / "again" / "copy.jpg")
    shutil.copy(source / "photos" / "tracking_map.png", source / "again" / "depot_shelf.webp")
    return source


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("undisturbed")
    return _ended(_source(root), root)


def _ended(source: Path, root: Path) -> dict[str, Any]:
    target = root / "card"
    target.mkdir(exist_ok=True)
    code, facts, said = library_run(source, root / "library", "--target", str(target))
    assert (code, said) == (0, "")
    assert not any(trouble["status"] == "failed" for trouble in facts["troubles"])
    return {**shelves(root / "library"), "card": tree(target)}


def _killed(moment: str, number: int, source: Path, root: Path) -> None:
    arguments = ("library", "run", str(source), str(root / "library"))
    target = ("--target", str(root / "card"))
    ended = python("-m", "tests.library.killed", moment, str(number), *arguments, *target)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)  # a dozen runs, each from its start
def test_killed_at_each_phase_and_within_it(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    source = _source(tmp_path)
    (tmp_path / "card").mkdir()
    for phase in Phase:
        _killed(phase.value, 0, source, tmp_path)
        if phase is not Phase.DEDUPLICATION:  # its work is one transaction
            _killed(phase.value, 1 if phase is Phase.VERIFICATION else 3, source, tmp_path)
    assert _ended(source, tmp_path) == undisturbed


@pytest.mark.slow
@pytest.mark.timeout(900)  # a dozen runs, each from its start
def test_killed_between_a_file_and_its_line_in_the_ledger(
    tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    source = _source(tmp_path)
    (tmp_path / "card").mkdir()
    for number in SAVES:
        _killed("save", number, source, tmp_path)
    assert _ended(source, tmp_path) == undisturbed
