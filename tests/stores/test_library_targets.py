"""Folders and buckets as upload targets: whole or absent, never twice, told apart by content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schedulerx.errors import ConfigurationError, RetryableError
from schedulerx.library.ports import UploadTarget
from schedulerx.stores.library_targets import FolderTarget, S3Target, open_target

ENV = {"AWS_REGION": "us-east-1"}
DATA = b"the bytes of a photo"
SHA = hashlib.sha256(DATA).hexdigest()
Opened = Callable[[], UploadTarget]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(DATA)
    return path


@pytest.fixture(params=["folder", "s3"])
def target(request: pytest.FixtureRequest, tmp_path: Path, client: Any) -> UploadTarget:
    assert client is not None
    if request.param == "s3":
        return S3Target("s3://evidence/photos/mine/", ENV)
    (tmp_path / "card").mkdir()
    return FolderTarget(tmp_path / "card", tmp_path / "library")


def test_a_target_holds_what_was_put(target: UploadTarget, file: Path) -> None:
    assert target.holds("2024/a.jpg", SHA, file) is None
    target.put("2024/a.jpg", file, SHA)
    assert target.holds("2024/a.jpg", SHA, file) is True
    assert target.holds("2024/a.jpg", SHA) is True


def test_other_bytes_under_the_key_are_told(target: UploadTarget, file: Path) -> None:
    target.put("a.jpg", file, SHA)
    file.write_bytes(b"other bytes of a photo")
    assert target.holds("a.jpg", hashlib.sha256(file.read_bytes()).hexdigest(), file) is False


def test_a_large_file_is_known_by_its_parts(client: Any, tmp_path: Path) -> None:
    assert client is not None
    large = tmp_path / "large.mov"
    large.write_bytes(bytes(range(256)) * 4096 * 9)  # over one part of 8 MiB
    sha = hashlib.sha256(large.read_bytes()).hexdigest()
    target = S3Target("s3://evidence", ENV)
    target.put("large.mov", large, sha)
    assert target.holds("large.mov", sha, large) is True
    assert target.location() == "s3://evidence"


def test_a_bucket_that_is_not_there_is_the_operators_to_mend(client: Any, file: Path) -> None:
    assert client is not None
    with pytest.raises(ConfigurationError, match="There is no bucket elsewhere"):
        S3Target("s3://elsewhere/x", ENV).put("a.jpg", file, SHA)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not there; make the folder, or mount"):
        open_target(str(tmp_path / "card"), tmp_path / "library", {})


def test_a_target_inside_the_library_is_refused(tmp_path: Path) -> None:
    (tmp_path / "library" / "card").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="lies inside the library"):
        open_target(str(tmp_path / "library" / "card"), tmp_path / "library", {})


@pytest.mark.parametrize("location", ["icloud://me", "ftp://host/x"])
def test_another_scheme_is_refused(location: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no target this version uploads to"):
        open_target(location, tmp_path, {})


def test_a_link_in_a_folder_is_not_what_was_put(tmp_path: Path, file: Path) -> None:
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "a.jpg").symlink_to(file)
    target = FolderTarget(tmp_path / "card", tmp_path / "library")
    assert target.holds("a.jpg", SHA) is False


def test_what_a_killed_upload_left_is_removed_and_nothing_else(tmp_path: Path, file: Path) -> None:
    partial = tmp_path / "card" / ".partial"
    partial.mkdir(parents=True)
    (partial / "schedulerx-abc").write_bytes(b"half")
    (partial / "mine").write_bytes(b"mine")
    target = FolderTarget(tmp_path / "card", tmp_path / "library")
    target.put("a.jpg", file, SHA)
    assert [left.name for left in partial.iterdir()] == ["mine"]


def test_a_file_system_without_links_is_written_all_the_same(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    monkeypatch.setattr(Path, "chmod", refuse)
    (tmp_path / "card").mkdir()
    target = FolderTarget(tmp_path / "card", tmp_path / "library")
    target.put("a.jpg", file, SHA)
    assert target.holds("a.jpg", SHA) is True
    with pytest.raises(RetryableError, match="changed while it was uploaded"):
        target.put("b.jpg", file, "0" * 64)
