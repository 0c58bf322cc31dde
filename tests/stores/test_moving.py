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


@pytest.mark.parametrize("across", [False, True], ids=["same file system", "another"])
def test_a_move_that_was_stopped_before_its_last_act_is_finished_by_the_next(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, across: bool
) -> None:
    target = tmp_path / "to" / "in" / "b"
    target.parent.mkdir(parents=True)
    if across:
        other_file_system(monkeypatch)
        target.write_bytes(b"same")
        (target.parent / "b.part").write_bytes(b"sa")
    else:
        target.hardlink_to(source / "in" / "b")
    assert [why for _, why in move_copies(source, tmp_path / "to", [copy_of("in/b")])] == [""]
    assert not (source / "in" / "b").exists()
    assert target.read_bytes() == b"same"


def test_a_copy_cut_short_by_a_full_disk_leaves_nothing_behind(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    other_file_system(monkeypatch)
    monkeypatch.setattr("shutil.copyfileobj", full)
    (_, why), *_ = move_copies(source, tmp_path / "to", [copy_of("in/b")])
    assert "No space left" in why
    assert (source / "in" / "b").read_bytes() == b"same"
    assert list((tmp_path / "to" / "in").iterdir()) == []


@pytest.mark.parametrize("link", ["folder", "file"])
def test_what_leads_back_to_the_source_is_no_place_to_move_to(
    source: Path, tmp_path: Path, link: str
) -> None:
    (tmp_path / "to").mkdir()
    if link == "folder":
        (tmp_path / "to" / "in").symlink_to(source / "in")
    else:
        (tmp_path / "to" / "in").mkdir()
        (tmp_path / "to" / "in" / "b").symlink_to(source / "in" / "b")
    (_, why), *_ = move_copies(source, tmp_path / "to", [copy_of("in/b")])
    assert "something lies where it would go" in why
    assert (source / "in" / "b").read_bytes() == b"same"
