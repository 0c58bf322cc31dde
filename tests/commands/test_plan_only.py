"""`--mode local --plan_only`: what a run would do, and not a byte written."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import msgspec
import pytest

import schedule_pipeline
from schedulerx.compose.layout import ArtifactFolder
from schedulerx.model import keys
from schedulerx.model.identity import object_id
from schedulerx.pipeline.artifacts import fingerprint
from schedulerx.pipeline.definition import NAMES
from schedulerx.pipeline.instance import remember_instance, remembered_instance
from schedulerx.settings import ProcessingSettings
from schedulerx.stores.etag_cache import EtagCache
from schedulerx.stores.folders import FolderArtifacts


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two files, written long ago."""
    folder = tmp_path / "source"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(name)
        os.utime(folder / name, (1, 1))
    return folder


def planned(source: Path, artifacts: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    words = ["--mode", "local", "--source_dir", str(source), "--artifact_dir", str(artifacts)]
    assert schedule_pipeline.main([*words, "--plan_only", "--json"]) == 0
    told: dict[str, int] = json.loads(capsys.readouterr().out)
    return told


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything in a folder: sizes and times."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


def test_before_the_first_run_nothing_is_made(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = planned(source, tmp_path / "out", capsys)
    assert (told["inputs"], told["planned"]) == (2, 2)
    assert not (tmp_path / "out").exists()


def test_what_a_run_left_is_counted_and_left_as_it_is(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ArtifactFolder(tmp_path / "out")
    completed(folder, source / "a.txt")
    before = tree(folder.root)
    told = planned(source, folder.root, capsys)
    assert (told["inputs"], told["skipped"], told["planned"]) == (2, 1, 1)
    assert tree(folder.root) == before


def completed(folder: ArtifactFolder, file: Path) -> None:
    """The file as a run leaves it: its ETag, its record, the marker of its upload."""
    data = file.read_bytes()
    etag = hashlib.md5(data).hexdigest()
    etags = EtagCache(folder.inventory / "etags.sqlite3")
    etags.put([(file.name.encode(), len(data), file.stat().st_mtime_ns, etag)])
    etags.close()
    artifacts, held = FolderArtifacts(folder.artifacts), fingerprint(NAMES, ProcessingSettings())
    found = object_id(file.name.encode(), etag)
    artifacts.put(keys.record_key(found, held), msgspec.json.encode({}))
    artifacts.put(keys.uploaded_key("db", held, "x"), bytes.fromhex(found))
    remember_instance(artifacts, "db")


def test_the_database_is_remembered_and_not_written_again(tmp_path: Path) -> None:
    artifacts = FolderArtifacts(tmp_path)
    assert remembered_instance(artifacts) == ""
    remember_instance(artifacts, "one")
    before = tree(tmp_path)
    remember_instance(artifacts, "one")
    assert (remembered_instance(artifacts), tree(tmp_path)) == ("one", before)
    remember_instance(artifacts, "two")
    assert remembered_instance(artifacts) == "two"
