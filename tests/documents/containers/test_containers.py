"""Every kind of container gives back what was put in, and says what it cannot give."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import py7zr
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedulerx.documents.containers.streams import zstd_module
from schedulerx.errors import RejectedInput
from schedulerx.model.passwords import Passwords
from schedulerx.model.record import ReasonCode
from tests.documents.containers.receiving import Files, opened, tar_of, unpacked, zip_of

FILES: Files = {"a.txt": b"alpha", "folder/b.bin": bytes(range(256)) * 300, "empty": b""}
SEVEN, TAR, GZIP = "application/x-7z-compressed", "application/x-tar", "application/gzip"


def seven_of(
    path: Path, files: Files, password: str | None = None, *, hidden: bool = False
) -> Path:
    with py7zr.SevenZipFile(path, "w", password=password, header_encryption=hidden) as archive:
        for name, data in files.items():
            archive.writestr(data, name)
    return path


def zstd_of(path: Path, data: bytes) -> Path:
    path.write_bytes(zstd_module().compress(data))
    return path


Made = tuple[str, Callable[[Path], Path]]
KINDS: dict[str, Made] = {
    "stored": ("application/zip", lambda p: zip_of(p / "x", FILES, zipfile.ZIP_STORED)),
    "deflate": ("application/zip", lambda p: zip_of(p / "x", FILES)),
    "bzip2": ("application/zip", lambda p: zip_of(p / "x", FILES, zipfile.ZIP_BZIP2)),
    "lzma": ("application/zip", lambda p: zip_of(p / "x", FILES, zipfile.ZIP_LZMA)),
    "7z": (SEVEN, lambda p: seven_of(p / "x", FILES)),
    "tar": (TAR, lambda p: tar_of(p / "x", FILES)),
    "tar.gz": (GZIP, lambda p: tar_of(p / "x", FILES, "w:gz")),
    "tar.bz2": ("application/x-bzip2", lambda p: tar_of(p / "x", FILES, "w:bz2")),
    "tar.xz": ("application/x-xz", lambda p: tar_of(p / "x", FILES, "w:xz")),
    "tar.zst": (
        "application/zstd",
        lambda p: zstd_of(p / "x", tar_of(p / "t", FILES).read_bytes()),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_put_in_comes_out_in_order(kind: str, tmp_path: Path) -> None:
    media_type, make = KINDS[kind]
    container = opened(media_type, make(tmp_path))
    assert {entry.name.decode(): entry.bytes for entry in container.entries} == {
        name: len(data) for name, data in FILES.items()
    }
    assert unpacked(container) == FILES


@pytest.mark.parametrize(
    ("media_type", "name", "pack"),
    [
        (GZIP, "notes.txt.gz", gzip.compress),
        ("application/x-bzip2", "notes.txt.bz2", bz2.compress),
        ("application/x-xz", "notes.txt.xz", lzma.compress),
        ("application/zstd", "notes.txt.zst", lambda data: zstd_module().compress(data)),
    ],
)
def test_a_single_file_is_named_without_its_ending(
    media_type: str, name: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(pack(b"word " * 1000))
    assert unpacked(opened(media_type, tmp_path / name)) == {"notes.txt": b"word " * 1000}


def test_a_folder_in_an_archive_is_no_member(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("folder/", b"")
        archive.writestr("folder/a", b"1")
    assert [entry.name for entry in opened("application/zip", tmp_path / "x.zip").entries] == [
        b"folder/a"
    ]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    files=st.dictionaries(
        st.text("abcdefg/ü.-", min_size=1, max_size=12)
        .map(lambda name: name.strip("/."))
        .filter(lambda name: name and ".." not in name and "//" not in name),
        st.binary(max_size=2000),
        max_size=6,
    ),
    kind=st.sampled_from(["zip", "tar", "7z"]),
)
def test_any_files_make_the_way_through_any_archive(
    files: Files, kind: str, tmp_path: Path
) -> None:
    path = tmp_path / f"x.{kind}"
    path.unlink(missing_ok=True)
    makers: dict[str, Callable[[Path, Files], Path]] = {
        "zip": zip_of,
        "tar": tar_of,
        "7z": seven_of,
    }
    media_type = {"zip": "application/zip", "tar": TAR, "7z": SEVEN}[kind]
    if kind == "7z" and not files:
        return  # py7zr writes no archive of nothing that it reads again
    assert unpacked(opened(media_type, makers[kind](path, files))) == files


def test_a_damaged_member_is_at_fault_alone(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "x.zip", {"a": b"A" * 100, "b": b"B" * 100}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"A" * 100, b"A" * 99 + b"Z"))
    found = unpacked(opened("application/zip", path))
    assert found["b"] == b"B" * 100
    assert "does not unpack" in str(found["a"])


def test_a_tar_archive_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    path = tar_of(tmp_path / "x.tar", {"a": b"A" * 600, "b": b"B" * 90_000})
    path.write_bytes(path.read_bytes()[:40_000])
    with pytest.raises(RejectedInput, match="breaks off"):
        unpacked(opened(TAR, path))


def test_names_that_are_not_utf_8_keep_their_bytes_or_are_read_as_dos_wrote_them(
    tmp_path: Path,
) -> None:
    tar = tar_of(tmp_path / "x.tar", {"caf\udce9": b"1"})
    assert [entry.name for entry in opened(TAR, tar).entries] == [b"caf\xe9"]
    path = zip_of(tmp_path / "x.zip", {"MAXNAME": b"1"})
    path.write_bytes(path.read_bytes().replace(b"MAXNAME", b"M\x81LLER."))
    assert [entry.name.decode() for entry in opened("application/zip", path).entries] == ["MüLLER."]


# Passwords


@pytest.mark.parametrize("hidden", [False, True])
def test_a_locked_7z_opens_with_the_line_that_fits(hidden: bool, tmp_path: Path) -> None:  # noqa: FBT001  (a parameter of the test)
    path = seven_of(tmp_path / "x.7z", {"a": b"secret text"}, "geheim", hidden=hidden)
    with pytest.raises(RejectedInput) as error:
        opened(SEVEN, path)
    assert error.value.code is ReasonCode.LOCKED
    with pytest.raises(RejectedInput, match="2 passwords were tried, none opens it"):
        opened(SEVEN, path, passwords=Passwords.parse("no\nnot this"))
    container = opened(SEVEN, path, passwords=Passwords.parse("no\n\ngeheim"))
    assert (container.line, unpacked(container)) == (3, {"a": b"secret text"})  # type: ignore[attr-defined]  # of this kind alone


@pytest.mark.parametrize(
    ("name", "line", "inside"),
    [
        ("hostile/enc_aes.zip", 4, {"notes/secret.txt", "pic.jpg"}),
        ("hostile/enc_zipcrypto.zip", 7, {"secret.txt"}),
    ],
)
def test_locked_zips_open_member_by_member(
    shared: Path, name: str, line: int, inside: set[str]
) -> None:
    corpus = shared / "corpora" / "open"
    passwords = Passwords.parse((corpus / "passwords.txt").read_text("utf-8"))
    tried = opened("application/zip", corpus / "files" / name, passwords=passwords)
    known = opened("application/zip", corpus / "files" / name, passwords=passwords, line=line)
    assert set(unpacked(tried)) == inside
    assert unpacked(known) == unpacked(tried)
    assert all(isinstance(data, bytes) for data in unpacked(known).values())


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("archives/test7Z_protected_passTika.7z", 3),
        ("archives/full_encrypted.7z", 8),
        ("hostile/enc_header.7z", 4),
    ],
)
def test_locked_7z_archives_of_other_tools_open(shared: Path, name: str, line: int) -> None:
    corpus = shared / "corpora" / "open"
    passwords = Passwords.parse((corpus / "passwords.txt").read_text("utf-8"))
    container = opened(SEVEN, corpus / "files" / name, passwords=passwords)
    assert container.line == line  # type: ignore[attr-defined]  # of this kind alone
    (size,) = [entry.bytes for entry in container.entries]
    (data,) = unpacked(container).values()
    assert len(data) == size > 0


def test_a_member_no_password_opens_says_how_many_were_tried(shared: Path) -> None:
    path = shared / "corpora/open/files/hostile/enc_aes.zip"
    found = unpacked(opened("application/zip", path, passwords=Passwords.parse("a\nb")))
    assert set(found.values()) == {
        "the member needs a password; 2 passwords were tried, none opens it"
    }
