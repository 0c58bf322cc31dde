from __future__ import annotations

import io
import sqlite3
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from schedulerx.media.extensions import contradiction, is_saved_page
from schedulerx.media.sniff import media_type
from schedulerx.media.text_kinds import decoded, text_media_type

OOXML = "application/vnd.openxmlformats-officedocument."


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, kind)
    return out.getvalue()


def zipped(*names: str, first: tuple[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if first:
            archive.writestr(*first)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


BINARY = [
    (picture("JPEG"), "image/jpeg"),
    (picture("PNG"), "image/png"),
    (picture("GIF"), "image/gif"),
    (picture("WEBP"), "image/webp"),
    (picture("TIFF"), "image/tiff"),
    (picture("BMP"), "image/bmp"),
    (picture("ICO"), "image/vnd.microsoft.icon"),
    (picture("AVIF"), "image/avif"),
    (picture("PPM"), "image/x-portable-anymap"),
    (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic"),
    (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif", "image/avif"),
    (b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ", "video/quicktime"),
    (b"\x00\x00\x00\x14ftypM4A \x00\x00\x02\x00isom", "audio/mp4"),
    (b"\x00\x00\x00\x14ftyp3gp5\x00\x00\x02\x00isom", "video/3gpp"),
    (b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00mp42", "video/mp4"),
    (b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat", "video/quicktime"),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", "video/x-matroska"),
    (b"RIFF\x24\x00\x00\x00AVI LIST", "video/x-msvideo"),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/x-wav"),
    (b"ID3\x04\x00\x00\x00\x00\x00\x00", "audio/mpeg"),
    (b"\xff\xfb\x90\x64" + bytes(100), "audio/mpeg"),
    (b"fLaC\x00\x00\x00\x22", "audio/flac"),
    (b"OggS\x00\x02" + bytes(22) + b"\x01vorbis", "audio/ogg"),
    (b"OggS\x00\x02" + bytes(22) + b"\x80theora", "video/ogg"),
    (b"%PDF-1.7\n", "application/pdf"),
    (b"7z\xbc\xaf\x27\x1c\x00\x04", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07\x01\x00", "application/x-rar"),
    (b"\x1f\x8b\x08\x00", "application/gzip"),
    (b"BZh91AY&SY", "application/x-bzip2"),
    (b"\xfd7zXZ\x00\x00", "application/x-xz"),
    (bytes(257) + b"ustar\x0000", "application/x-tar"),
    (b"\x60\xea\x2b\x00\x22\x0b", "application/x-arj"),
    (b"bplist00\xd1", "application/x-plist"),
    (b"\x7fELF\x02\x01\x01", "application/x-elf"),
    (
        b"MZ" + bytes(58) + b"\x40\x00\x00\x00PE\x00\x00",
        "application/vnd.microsoft.portable-executable",
    ),
    (zipped("a.txt"), "application/zip"),
    (zipped("[Content_Types].xml", "word/document.xml"), OOXML + "wordprocessingml.document"),
    (zipped("xl/workbook.xml"), OOXML + "spreadsheetml.sheet"),
    (zipped("ppt/presentation.xml"), OOXML + "presentationml.presentation"),
    (
        zipped("content.xml", first=("mimetype", "application/vnd.oasis.opendocument.text")),
        "application/vnd.oasis.opendocument.text",
    ),
    (zipped(first=("mimetype", "application/epub+zip")), "application/epub+zip"),
    (bytes(range(256)) * 4, "application/octet-stream"),
    (b"", "inode/x-empty"),
]

TEXT = [
    ("a.txt", "Dear Iris,\nthe clock ticks.\n", "text/plain"),
    ("notes.md", "# Notes\n", "text/markdown"),
    ("t.csv", "a,b\n1,2\n", "text/csv"),
    ("t.tsv", "a\tb\n1\t2\n", "text/tab-separated-values"),
    ("noname", "a;b;c\n1;2;3\n4;5;6\n", "text/csv"),
    ("chat.txt", "01/01/19, 11:25 - Ann: Hello\n01/02/19, 11:26 - Ben: Hi\n", "text/plain"),
    ("chat.txt", "[2019-12-24, 12:23] Ann: Hello\n", "text/plain"),
    ("x", '{"a": [1, 2, {"b": null}]}', "application/json"),
    ("x", '{"a": 1}\n{"a": 2}\n', "application/x-ndjson"),
    ("x", "[]", "application/json"),
    ("x", '{"cut": "in the mid', "application/json"),
    ("x", "{not json at all}", "text/plain"),
    ("x", "<!DOCTYPE html><html></html>", "text/html"),
    ("x", '<?xml version="1.0"?><a/>', "text/xml"),
    ("x", '<?xml version="1.0"?><!-- c --><svg xmlns="s"/>', "image/svg+xml"),
    ("x", '<?xml version="1.0"?><!DOCTYPE plist><plist/>', "application/x-plist"),
    ("x", "BEGIN:VCARD\r\nVERSION:3.0\r\n", "text/vcard"),
    ("x", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "text/calendar"),
    ("x", "From: a@b.de\nTo: c@d.de\nSubject: Hi\n\nHello\n", "message/rfc822"),
    ("x", "From a@b Mon Jun 01 04:28:28 2009\nFrom: a\nTo: b\n\nHi\n", "message/rfc822"),
    (
        "x",
        "From a@b Mon Jun 01 04:28:28 2009\nFrom: a\nTo: b\n\nHi\n\n" * 2,
        "application/mbox",
    ),
    ("box.mbox", "From a@b Mon Jun 01 04:28:28 2009\nFrom: a\nTo: b\n\n", "application/mbox"),
    ("x", "{\\rtf1\\ansi Hello}", "text/rtf"),
]


@pytest.mark.parametrize(("data", "expected"), BINARY, ids=[each[1] for each in BINARY])
def test_bytes_tell_their_type(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "misleading.txt"
    path.write_bytes(data)
    assert media_type(path, "misleading.txt") == expected


@pytest.mark.parametrize(("name", "text", "expected"), TEXT)
def test_text_tells_its_kind(tmp_path: Path, name: str, text: str, expected: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8", newline="")
    assert media_type(path, name) == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_is_told_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "file"
    path.write_bytes("Name;Straße\nZoë;Allée\n".encode(encoding))
    assert media_type(path, "addresses.csv") == "text/csv"


def test_a_database_is_told_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (a)")
    assert media_type(path, "x.jpg") == "application/vnd.sqlite3"


@given(st.text(min_size=1, max_size=200), st.sampled_from(["", ".csv", ".md", ".mbox"]))
def test_any_text_has_a_kind(text: str, extension: str) -> None:
    assert "/" in text_media_type(text, extension, whole=True)


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_are_text_or_not(head: bytes, whole: bool) -> None:  # noqa: FBT001  (hypothesis)
    assert isinstance(decoded(head, whole=whole), str | None)


def test_a_head_cut_within_a_character_is_text() -> None:
    assert decoded("é".encode()[:1] + b"", whole=False) is not None
    assert decoded("naïve café".encode()[:-1], whole=False) == "naïve caf"


@pytest.mark.parametrize(
    ("name", "found"),
    [("a.jpg", "image/png"), ("a.docx", "application/pdf"), ("a.pdf", "text/plain")],
)
def test_a_name_that_promises_something_else_is_told(name: str, found: str) -> None:
    told = contradiction(name, found)
    assert told is not None
    assert found in told


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.JPG", "image/jpeg"),
        ("a", "image/png"),
        ("a.heic", "image/heif"),
        ("a.txt", "text/csv"),
        ("a.xlsx", "application/encrypted"),
        ("a.unheard-of", "image/png"),
    ],
)
def test_a_name_that_fits_is_passed_over(name: str, found: str) -> None:
    assert contradiction(name, found) is None


def test_a_web_page_under_a_pictures_name_is_a_failed_download() -> None:
    assert is_saved_page("photo.jpg", "text/html")
    assert is_saved_page("contract.pdf", "text/html")
    assert not is_saved_page("table.xls", "text/html")
    assert not is_saved_page("page.html", "text/html")
    assert not is_saved_page("page", "text/html")
