"""What is attached to Outlook's messages and to PDFs comes out as files of their own."""

from __future__ import annotations

import io
import struct
import tempfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.documents import pdf_parts
from schedulerx.documents.integrity.mail import check_winmail
from schedulerx.media.sniff import media_type
from schedulerx.model.passwords import NO_PASSWORDS, Passwords
from schedulerx.settings import ValidateSettings
from tests.documents.containers.receiving import opened, unpacked
from tests.documents.ole_files import Tree, ole_file

PDF, OUTLOOK, WINMAIL = "application/pdf", "application/vnd.ms-outlook", "application/vnd.ms-tnef"
NOT_DECODED = pikepdf.StreamDecodeLevel.none
FILES = {"a/../b.txt": b"alpha", "big.bin": bytes(100_000)}


def pdf_with(path: Path, password: str | None = None) -> Path:
    with pikepdf.new() as document:
        document.add_blank_page()
        for name, data in FILES.items():
            document.attachments[name] = data
        locked = pikepdf.Encryption(owner="o", user=password) if password else False
        document.save(path, encryption=locked)
    return path


def test_a_pdfs_attachments_are_members_without_folders(tmp_path: Path) -> None:
    container = opened(PDF, pdf_with(tmp_path / "a.pdf"))
    assert unpacked(container) == {"a_.._b.txt": b"alpha", "big.bin": bytes(100_000)}


@pytest.mark.parametrize(
    ("passwords", "count"), [(Passwords(("wrong", "right")), 2), (NO_PASSWORDS, 0)]
)
def test_a_locked_pdfs_attachments_need_its_password(
    tmp_path: Path, passwords: Passwords, count: int
) -> None:
    container = opened(PDF, pdf_with(tmp_path / "a.pdf", "right"), passwords=passwords)
    assert len(container.entries) == count


def test_an_attachment_that_cannot_be_had_leaves_those_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pdf_with(tmp_path / "a.pdf")
    whole = io.BytesIO(path.read_bytes())
    with pikepdf.open(whole) as document:
        document.save(path, compress_streams=True, recompress_flate=True)
    monkeypatch.setattr(pdf_parts, "MAX_ATTACHED_BYTES", 50_000)
    assert list(unpacked(opened(PDF, path))) == ["a_.._b.txt"]


def packed_in_layers(path: Path, kinds: list[str], data: bytes) -> Path:
    with pikepdf.new() as document:
        document.add_blank_page()
        document.attachments["a.txt"] = b""
        stream = document.attachments["a.txt"].get_file().obj
        filters = pikepdf.Array([pikepdf.Name(kind) for kind in kinds])
        stream.write(data, filter=filters)
        document.save(path, compress_streams=False, stream_decode_level=NOT_DECODED)
    return path


def test_an_attachment_may_be_packed_in_layers(tmp_path: Path) -> None:
    data = zlib.compress(zlib.compress(b"alpha"))
    path = packed_in_layers(tmp_path / "a.pdf", 2 * ["/FlateDecode"], data)
    assert unpacked(opened(PDF, path)) == {"a.txt": b"alpha"}


@pytest.mark.parametrize("kinds", [2 * ["/FlateDecode"], ["/LZWDecode", "/FlateDecode"]])
def test_layers_that_grow_and_grow_are_not_unpacked(
    tmp_path: Path, kinds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_parts, "MAX_ATTACHED_BYTES", 10_000)
    data = zlib.compress(zlib.compress(bytes(1_000_000)))
    path = packed_in_layers(tmp_path / "a.pdf", kinds, data)
    assert unpacked(opened(PDF, path)) == {}


def test_of_very_many_attachments_the_first_are_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_parts, "_MAX_ATTACHED", 1)
    assert list(unpacked(opened(PDF, pdf_with(tmp_path / "a.pdf")))) == ["a_.._b.txt"]


def test_an_outlook_messages_attachments_are_members(tmp_path: Path) -> None:
    def attached(name: str, data: bytes) -> Tree:
        return {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": data,
        }

    path = ole_file(
        tmp_path / "a.msg",
        {
            "__properties_version1.0": bytes(32),
            "__attach_version1.0_#00000000": attached("x.csv", b"a,b"),
            "__attach_version1.0_#00000001": attached("x.csv", bytes(5000)),
        },
    )
    assert unpacked(opened(OUTLOOK, path)) == {"x.csv": b"a,b", "x (2).csv": bytes(5000)}


def winmail(*files: bytes) -> bytes:
    return struct.pack("<LH", 0x223E9F78, 1) + b"".join(files)


def attribute(identifier: int, data: bytes) -> bytes:
    return struct.pack("<BLL", 2, identifier, len(data)) + data + bytes(2)


def packed(title: bytes, data: bytes, long_name: str = "") -> bytes:
    wide = long_name.encode("utf-16-le")
    padding = bytes(-len(wide) % 4)
    named = struct.pack("<HH", 0x0003, 0x8001) + bytes(16) + struct.pack("<LLL", 0, 5, 7)
    long = struct.pack("<HHLL", 0x001F, 0x3707, 1, len(wide)) + wide + padding
    properties = struct.pack("<L", 2) + named + long if long_name else b""
    return (
        attribute(0x00069002, bytes(14))
        + attribute(0x00018010, title + b"\0")
        + attribute(0x0006800F, data)
        + attribute(0x00069005, properties)
    )


def test_what_winmail_holds_are_members_by_their_long_names(tmp_path: Path) -> None:
    path = tmp_path / "winmail.dat"
    path.write_bytes(
        winmail(packed(b"PLAN~1.TXT", b"plan", "pl\u00e4ne.txt"), packed(b"b.txt", b"b"))
    )
    assert media_type(path, path.name) == WINMAIL
    assert unpacked(opened(WINMAIL, path)) == {"pl\u00e4ne.txt": b"plan", "b.txt": b"b"}


@given(st.binary(max_size=200))
def test_any_bytes_are_a_winmail_with_files_or_none(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "winmail.dat")
        path.write_bytes(winmail(packed(b"a", b"a"), attribute(0x00069005, data), data))
        assert opened(WINMAIL, path).entries


def test_a_winmail_that_ends_early_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "winmail.dat"
    path.write_bytes(winmail(packed(b"a.txt", b"alpha"), packed(b"b.txt", b"beta"))[:-14])
    assert check_winmail(path, ValidateSettings()).warnings == (
        "winmail.dat ends within an attribute.",
    )
    assert unpacked(opened(WINMAIL, path)) == {"a.txt": b"alpha"}
