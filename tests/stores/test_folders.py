"""Artifacts in a folder are whole or absent, and listed in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.errors import ArtifactNotFound
from schedulerx.stores.folders import PARTIAL, FolderArtifacts


@pytest.fixture
def store(tmp_path: Path) -> FolderArtifacts:
    return FolderArtifacts(tmp_path / "artifacts")


def test_what_is_put_is_what_is_got(store: FolderArtifacts) -> None:
    store.put("a/b.json", b"1")
    store.put("a/b.json", b"22")
    assert store.get("a/b.json") == b"22"
    assert store.get_range("a/b.json", 1, 10) == b"2"
    assert store.exists("a/b.json")


@pytest.mark.parametrize("key", ["absent", "a", "a/b.json/c"])
def test_an_absent_key_is_told_by_name(store: FolderArtifacts, key: str) -> None:
    store.put("a/b.json", b"1")
    with pytest.raises(ArtifactNotFound, match=key):
        store.get(key)


def test_a_file_is_published_from_another_folder(store: FolderArtifacts, tmp_path: Path) -> None:
    written = tmp_path / "spool"
    written.write_bytes(b"spooled")
    store.put_file("x/y", written)
    assert store.get("x/y") == b"spooled"


def test_a_failed_write_leaves_nothing(
    store: FolderArtifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        store.put("a", b"1")
    monkeypatch.undo()
    assert list(store.keys("")) == []
    assert list((tmp_path / "artifacts" / PARTIAL).iterdir()) == []


def test_what_is_put_new_does_not_replace(store: FolderArtifacts, tmp_path: Path) -> None:
    assert store.put_new("a/claim", b"first")
    assert not store.put_new("a/claim", b"second")
    assert store.get("a/claim") == b"first"
    assert list((tmp_path / "artifacts" / PARTIAL).iterdir()) == []


def test_of_several_that_put_new_at_once_one_does(store: FolderArtifacts) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            key = f"a/{number}"
            put = list(pool.map(lambda each, key=key: store.put_new(key, each), [b"x", b"y"] * 4))
            assert put.count(True) == 1


def test_what_a_killed_writer_left_is_swept_and_never_listed(
    store: FolderArtifacts, tmp_path: Path
) -> None:
    (tmp_path / "artifacts" / PARTIAL / "tmp123").write_bytes(b"half")
    assert list(store.keys("")) == []
    store.sweep()
    assert list((tmp_path / "artifacts" / PARTIAL).iterdir()) == []


@given(st.sets(st.from_regex(r"[a-c]{1,2}(/[a-c.]{0,2}[a-c]){0,2}", fullmatch=True), max_size=12))
def test_keys_come_in_order_and_by_prefix(
    tmp_path_factory: pytest.TempPathFactory, keys: set[str]
) -> None:
    # A key cannot be a file and a folder at once; S3 could, the folder run has no such keys.
    usable = {key for key in keys if not any(other.startswith(f"{key}/") for other in keys)}
    store = FolderArtifacts(tmp_path_factory.mktemp("store"))
    for key in usable:
        store.put(key, b"")
    assert list(store.keys("")) == sorted(usable)
    assert list(store.keys("a/b")) == sorted(key for key in usable if key.startswith("a/b"))


def test_a_deleted_key_is_gone_and_deleting_it_again_is_silent(store: FolderArtifacts) -> None:
    store.put("a/b", b"1")
    store.delete("a/b")
    store.delete("a/b")
    assert not store.exists("a/b")
