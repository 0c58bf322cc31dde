"""A folder is walked without following a link, and read without changing a byte."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from schedulerx.errors import RejectedInput, RetryableError
from schedulerx.model.member import MemberKind
from schedulerx.stores.etag_cache import EtagCache
from schedulerx.stores.folder_source import FolderSource


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    (source / "b" / "deep").mkdir(parents=True)
    for name in ("a.txt", "b/deep/c.txt", "b.txt", "b/z.txt"):
        (source / name).write_text(name)
    return source


def paths(source: FolderSource) -> list[str]:
    return [member.path for member in source.members()]


def test_members_come_in_the_byte_order_of_their_paths(folder: Path) -> None:
    assert paths(FolderSource(folder)) == ["a.txt", "b.txt", "b/deep/c.txt", "b/z.txt"]


def test_prefixes_restrict_the_walk(folder: Path) -> None:
    assert paths(FolderSource(folder, prefixes=("b/",))) == ["b/deep/c.txt", "b/z.txt"]


def test_the_artifact_folder_inside_the_source_is_not_walked(folder: Path) -> None:
    assert paths(FolderSource(folder, exclude=(folder / "b",))) == ["a.txt", "b.txt"]


def test_links_sockets_and_pipes_are_listed_as_what_they_are(folder: Path) -> None:
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(folder / "s"))
        kinds = {member.path: member.kind for member in FolderSource(folder).members()}
    assert kinds["link"] is MemberKind.LINK
    assert kinds["loop"] is MemberKind.LINK
    assert kinds["pipe"] is MemberKind.FIFO
    assert kinds["s"] is MemberKind.SOCKET


def test_a_name_that_is_not_utf8_is_escaped_and_still_read(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("latin")
    source = FolderSource(folder)
    member = next(member for member in source.members() if "caf" in member.path)
    assert member.path == "caf\\xe9.txt"
    with source.local_file(member) as path:
        assert path.read_text() == "latin"


def test_names_that_unicode_holds_equal_stay_two_files(folder: Path) -> None:
    for name in ("caf\u00e9.txt", "cafe\u0301.txt"):
        (folder / name).write_text(name)
    assert len([path for path in paths(FolderSource(folder)) if path.startswith("caf")]) == 2


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A file below 1,200 folders; taken apart again, which pytest's own clean-up cannot."""
    root = tmp_path / "deep"
    root.mkdir()
    handles = [os.open(root, os.O_RDONLY)]
    for _ in range(1200):
        os.mkdir("d", dir_fd=handles[-1])
        handles.append(os.open("d", os.O_RDONLY, dir_fd=handles[-1]))
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=handles[-1]))
    yield root
    os.unlink("file", dir_fd=handles[-1])
    os.close(handles.pop())
    while handles:
        os.rmdir("d", dir_fd=handles[-1])
        os.close(handles.pop())


def test_folders_nested_deeper_than_pythons_stack_are_walked(deep: Path) -> None:
    assert len(paths(FolderSource(deep))) == 1


def test_a_file_swapped_for_a_link_after_the_listing_is_not_opened(folder: Path) -> None:
    source = FolderSource(folder)
    member = next(iter(source.members()))
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to("/etc/passwd")
    with pytest.raises(RejectedInput, match="not opened"), source.local_file(member):
        pass


def test_a_file_that_changes_while_it_is_read_fails_to_be_read_again(folder: Path) -> None:
    source = FolderSource(folder)
    member = next(iter(source.members()))
    with pytest.raises(RetryableError, match="changed while"), source.local_file(member) as path:
        path.write_text("something else")


def test_a_file_removed_after_the_listing_fails_with_its_name(folder: Path) -> None:
    source = FolderSource(folder)
    member = next(iter(source.members()))
    (folder / "a.txt").unlink()
    with pytest.raises(RetryableError, match=r"a\.txt was removed"), source.local_file(member):
        pass


def test_a_remembered_etag_serves_until_the_file_changes(folder: Path, tmp_path: Path) -> None:
    os.utime(folder / "a.txt", ns=(0, 1_600_000_000_000_000_000))
    etags = EtagCache(tmp_path / "etags.sqlite3")
    source = FolderSource(folder, etags=etags)
    first = next(iter(source.members()))
    assert first.etag is None
    etags.put([(b"a.txt", first.bytes, first.modified_ns, "tag")])
    assert next(iter(source.members())).etag == "tag"
    (folder / "a.txt").write_text("a.TXT")
    assert next(iter(source.members())).etag is None


def test_a_file_changed_a_moment_ago_is_not_trusted(folder: Path, tmp_path: Path) -> None:
    etags = EtagCache(tmp_path / "etags.sqlite3")
    (folder / "a.txt").write_text("now")
    member = next(iter(FolderSource(folder).members()))
    etags.put([(b"a.txt", member.bytes, member.modified_ns, "tag")])
    assert next(iter(FolderSource(folder, etags=etags).members())).etag is None
