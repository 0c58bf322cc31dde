"""A folder is copied into a bucket once, with the identities the folder run gives its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schedulerx.errors import ConfigurationError
from schedulerx.model.identity import PART_BYTES, hash_file
from schedulerx.stores.folder_source import FolderSource
from schedulerx.stores.s3 import S3Source
from schedulerx.stores.s3_copy import Copied, copy_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("a")
    (tmp_path / "in" / "b ü.txt").write_text("b")
    return tmp_path


def copied(folder: Path, client: Any, prefix: str = "") -> list[Copied]:
    return list(copy_folder(FolderSource(folder), "evidence", prefix, client))


def test_every_file_is_copied_under_its_path(folder: Path, client: Any) -> None:
    copied(folder, client, "case/")
    members = S3Source("evidence", (), client).members()
    assert [member.path for member in members] == ["case/in/a.txt", "case/in/b ü.txt"]


def test_a_second_copy_sends_nothing(folder: Path, client: Any) -> None:
    copied(folder, client)
    assert [one.is_new for one in copied(folder, client)] == [False, False]


def test_a_changed_file_is_sent_again(folder: Path, client: Any) -> None:
    copied(folder, client)
    (folder / "in" / "a.txt").write_text("A")
    assert [one.is_new for one in copied(folder, client)] == [True, False]


@pytest.mark.parametrize("size", [0, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1])
def test_the_bucket_gives_the_etag_the_folder_run_computes(
    tmp_path: Path, client: Any, size: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\7" * size)
    copied(tmp_path, client)
    [member] = S3Source("evidence", (), client).members()
    assert member.etag == hash_file(path)[1]


def test_a_link_is_left_out_and_said(folder: Path, client: Any) -> None:
    (folder / "link").symlink_to("/etc/passwd")
    problems = {one.path: one.problem for one in copied(folder, client) if one.problem}
    assert problems == {"link": "left out: it is a link"}


def test_an_absent_bucket_is_named(folder: Path, client: Any) -> None:
    with pytest.raises(ConfigurationError, match="absent"):
        list(copy_folder(FolderSource(folder), "absent", "", client))
