from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from schedulerx.model.evidence import DuplicateFile
from schedulerx.stores.moving import move_copies


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "in").mkdir(parents=True)
    (folder / "a").write_bytes(b"same")
    (folder / "in" / "b").write_bytes(b"same")
    return folder


def copy_of(path: str, original: str = "a", data: bytes = b"same") -> DuplicateFile:
    sha256 = hashlib.sha256(data).hexdigest()
    return DuplicateFile(
        path=path, raw_path=None, bytes=len(data), sha256=sha256, original=original,
        original_raw=None, original_sha256=sha256, score=1.0, is_near=False,
    )  # fmt: skip


def other_file_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)


@pytest.mark.parametrize("across", [False, True], ids=["same file system", "another"])
def test_a_copy_is_moved_with_its_path(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, across: bool
) -> None:
    if across:
        other_file_system(monkeypatch)
    assert [why for _, why in move_copies(source, tmp_path / "to", [copy_of("in/b")])] == [""]
    assert (tmp_path / "to" / "in" / "b").read_bytes() == b"same"
    assert not (source / "in" / "b").exists()


@pytest.mark.parametrize("across", [False, True], ids=["same file system", "another"])
def test_what_lies_there_stays(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, across: bool
) -> None:
    if across:
        other_file_system(monkeypatch)
    (tmp_path / "to" / "in").mkdir(parents=True)
    (tmp_path / "to" / "in" / "b").write_bytes(b"mine")
    (_, why), *_ = move_copies(source, tmp_path / "to", [copy_of("in/b")])
    assert "something lies where it would go" in why
    assert (tmp_path / "to" / "in" / "b").read_bytes() == b"mine"
    assert (source / "in" / "b").exists()


@pytest.mark.parametrize("path", ["../outside", "link/b", "in/b!/member", "in"])
def test_only_plain_files_of_the_source_are_moved(source: Path, tmp_path: Path, path: str) -> None:
    (tmp_path / "outside").write_bytes(b"same")
    (source / "link").symlink_to(source / "in")
    (_, why), *_ = move_copies(source, tmp_path / "to", [copy_of(path)])
    assert why
    assert (tmp_path / "outside").exists()
    assert not (tmp_path / "to").exists()
