"""Hostile archives are refused whole, before one of their members is handed over."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
import warnings
import zipfile
from pathlib import Path

import py7zr
import pytest

from schedulerx.documents.containers.budget import Budget
from schedulerx.documents.containers.mail_parts import unique
from schedulerx.errors import RejectedInput
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings
from tests.documents.containers.receiving import held, opened, tar_of, tar_with, unpacked, zip_of

TAR, GZIP, SEVEN = "application/x-tar", "application/gzip", "application/x-7z-compressed"
SMALL = ValidateSettings(min_ratio_bytes=1000, max_archive_ratio=20)
NAMES = [
    "../up",
    "a/../../b",
    "..\\up",
    "/etc/passwd",
    "C:\\autoexec.bat",
    "\\\\server\\share",
    "a\nb",
]


def reason(media_type: str, path: Path, limits: ValidateSettings = ValidateSettings()) -> str:  # noqa: B008  (frozen)
    with pytest.raises(RejectedInput) as error:
        unpacked(opened(media_type, path, limits=limits))
    assert error.value.code is ReasonCode.REFUSED
    return error.value.reason


@pytest.mark.parametrize("name", NAMES)
def test_a_zip_with_a_hostile_name_is_refused(name: str, tmp_path: Path) -> None:
    assert "member" in reason(
        "application/zip", zip_of(tmp_path / "x.zip", {"ok": b"1", name: b"2"})
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_tar_with_a_hostile_name_is_refused(name: str, tmp_path: Path) -> None:
    assert "member" in reason(TAR, tar_of(tmp_path / "x.tar", {"ok": b"1", name: b"2"}))


def test_a_zip_whose_name_ends_at_a_nul_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "x.zip", {"photoXjpg.exe": b"1"})
    path.write_bytes(path.read_bytes().replace(b"photoX", b"photo\0"))
    assert "has a name that is none" in reason("application/zip", path)


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")
    assert reason("application/zip", tmp_path / "x.zip").startswith("two members are named 'a'")


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar_are_refused_or_left_to_be_told_one_by_one(
    kind: bytes, tmp_path: Path
) -> None:
    member = tarfile.TarInfo("odd")
    member.type, member.linkname = kind, "/etc/passwd"
    path = tar_with(tmp_path / "x.tar", [member, tarfile.TarInfo("fine")])
    assert "'odd' is a" in reason(TAR, path)
    lenient = opened(TAR, path, limits=ValidateSettings(strict_archives=False))
    assert len(lenient.entries) == 2
    assert unpacked(lenient) == {"fine": b""}


def test_a_bomb_by_ratio_is_refused_in_every_kind(tmp_path: Path) -> None:
    zeros = {"zeros": bytes(1_000_000)}
    made = {
        "application/zip": zip_of(tmp_path / "x.zip", zeros),
        GZIP: tar_of(tmp_path / "x.tgz", zeros, "w:gz"),
        "application/x-xz": tmp_path / "x.xz",
        SEVEN: tmp_path / "x.7z",
    }
    made["application/x-xz"].write_bytes(lzma.compress(bytes(1_000_000)))
    with py7zr.SevenZipFile(made[SEVEN], "w") as archive:
        archive.writestr(bytes(1_000_000), "zeros")
    for media_type, path in made.items():
        with pytest.raises(RejectedInput, match="times its size") as error:
            held(media_type, path, SMALL)
        assert error.value.code is ReasonCode.REFUSED


def test_a_sparse_tar_counts_as_what_it_unpacks_to(tmp_path: Path) -> None:
    header = tarfile.TarInfo("holes")
    header.size = 1 << 45
    path = tmp_path / "x.tar"
    path.write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    assert "unpacks to" in reason(TAR, path)


def test_a_tar_header_that_never_ends_takes_no_memory(tmp_path: Path) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 30
    data = header.tobuf(tarfile.GNU_FORMAT) + bytes(32 << 20)
    (tmp_path / "x.tar.gz").write_bytes(gzip.compress(data))
    limits = ValidateSettings(max_archive_ratio=10**9)
    assert "header takes more memory" in reason(GZIP, tmp_path / "x.tar.gz", limits)


def test_a_zip_of_members_that_overlap_is_refused(tmp_path: Path) -> None:
    body = zip_of(tmp_path / "one.zip", {"aaaa": b"x" * 500}, zipfile.ZIP_STORED).read_bytes()
    at = body.index(b"PK\x01\x02")
    local, central = body[:at], body[at : body.index(b"PK\x05\x06")]
    both = central + central.replace(b"aaaa", b"bbbb")
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 2, 2, len(both), len(local), 0)
    (tmp_path / "x.zip").write_bytes(local + both + end)
    assert "overlap" in reason("application/zip", tmp_path / "x.zip")


def test_an_xz_file_that_asks_for_gigabytes_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 26}]
    packed = lzma.compress(b"x" * 100, filters=filters)
    (tmp_path / "x.xz").write_bytes(packed)
    limits = ValidateSettings(max_dictionary_bytes=1 << 24)
    assert "bytes of memory" in reason("application/x-xz", tmp_path / "x.xz", limits)


def test_a_7z_archive_that_asks_for_gigabytes_is_refused(tmp_path: Path) -> None:
    filters = [{"id": py7zr.FILTER_LZMA2, "preset": 1, "dict_size": 1 << 26}]
    with py7zr.SevenZipFile(tmp_path / "x.7z", "w", filters=filters) as archive:
        archive.writestr(b"x" * 100, "a")
    limits = ValidateSettings(max_dictionary_bytes=1 << 24)
    assert "bytes of memory" in reason(SEVEN, tmp_path / "x.7z", limits)


@pytest.mark.parametrize("media_type", [TAR, SEVEN, "application/zip"])
def test_too_many_members_are_refused(media_type: str, tmp_path: Path) -> None:
    files = {f"f{number}": b"x" for number in range(30)}
    path = tmp_path / "x"
    if media_type == SEVEN:
        with py7zr.SevenZipFile(path, "w") as archive:
            for name, data in files.items():
                archive.writestr(data, name)
    else:
        (tar_of if media_type == TAR else zip_of)(path, files)
    limits = ValidateSettings(max_archive_members=10)
    with pytest.raises(RejectedInput):
        held(media_type, path, limits)


def test_a_nest_shares_one_budget(tmp_path: Path) -> None:
    inner = opened("application/zip", zip_of(tmp_path / "x.zip", {"a": b"1" * 600}, 0))
    limits = ValidateSettings(max_archive_bytes=1000)
    budget = Budget(limits, 10_000)
    budget.hold(inner, 1, 10)
    with pytest.raises(RejectedInput, match="unpacks to 1,200 bytes"):
        budget.hold(inner, 2, 10)


def test_a_nest_too_deep_is_refused(tmp_path: Path) -> None:
    inner = opened("application/zip", zip_of(tmp_path / "x.zip", {"a": b"1"}))
    with pytest.raises(RejectedInput, match="deeper than 5 levels"):
        Budget(ValidateSettings(), 100).hold(inner, 6, 10)


@pytest.mark.parametrize("seed", range(40))
def test_bytes_flipped_anywhere_end_as_a_rejection(seed: int, tmp_path: Path) -> None:
    files = {"a.txt": b"alpha " * 200, "b": bytes(range(256))}
    made = [
        ("application/zip", zip_of(tmp_path / "x.zip", files)),
        (GZIP, tar_of(tmp_path / "x.tgz", files, "w:gz")),
        (TAR, tar_of(tmp_path / "x.tar", files)),
        (SEVEN, tmp_path / "x.7z"),
    ]
    with py7zr.SevenZipFile(made[3][1], "w") as archive:
        for name, data in files.items():
            archive.writestr(data, name)
    for media_type, path in made:
        flipped = bytearray(path.read_bytes())
        for step in range(1, 4):
            flipped[(seed * 7919 * step) % len(flipped)] ^= 1 << (seed % 8)
        path.write_bytes(flipped)
        try:
            unpacked(opened(media_type, path))
        except RejectedInput as error:
            assert error.reason  # noqa: PT017  (whole archives do not raise)


def test_a_damaged_header_of_a_tar_is_no_recursion(tmp_path: Path) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1
    data = io.BytesIO()
    for _ in range(3000):
        data.write(header.tobuf(tarfile.GNU_FORMAT) + bytes(512))
    (tmp_path / "x.tar").write_bytes(data.getvalue())
    with pytest.raises(RejectedInput):
        opened(TAR, tmp_path / "x.tar")


def test_a_hundred_thousand_parts_of_one_name_are_numbered_one_after_the_other() -> None:
    names = list(unique("a.txt" for _ in range(100_000)))
    assert (names[0], names[-1]) == ("a.txt", "a (100000).txt")
    assert len(set(names)) == len(names)
