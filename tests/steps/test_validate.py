"""Validate: every state a file can be in ends with its reason, and nothing ever raises."""

from __future__ import annotations

import io
import json
import plistlib
import sqlite3
import struct
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedulerx.model.record import ReasonCode, Record, Status
from schedulerx.settings import ProcessingSettings, ValidateSettings
from schedulerx.steps import describe, validate
from tests.steps import broken_files as make
from tests.steps.files import file_work

DAMAGED, UNREADABLE = ReasonCode.DAMAGED, ReasonCode.UNREADABLE
LOCKED, REFUSED = ReasonCode.LOCKED, ReasonCode.REFUSED


def validated(
    folder: Path, data: bytes, name: str = "file", limits: ValidateSettings | None = None
) -> Record:
    path = folder / name
    path.write_bytes(data)
    chosen = ProcessingSettings(validate=limits or ValidateSettings())
    return validate.run(*file_work(path, None, settings=chosen))


def pixel_limit(count: int) -> ValidateSettings:
    return msgspec.structs.replace(ValidateSettings(), max_pixels=count)


JPEG = make.picture("JPEG")
PNG = make.picture("PNG")
WHOLE = {
    "JPEG": JPEG,
    "progressive JPEG": make.picture("JPEG", progressive=True),
    "PNG": PNG,
    "GIF": make.picture("GIF"),
    "WebP": make.picture("WEBP"),
    "TIFF": make.picture("TIFF"),
    "BMP": make.picture("BMP"),
    "icon": make.picture("ICO"),
    "AVIF": make.picture("AVIF"),
    "RAW": make.raw_photo(),
    "PDF": make.pdf(),
    "ZIP": make.zipped({"a.txt": b"hello", "b/c.txt": b"there"}),
    "ZIP in ZIP": make.nested(5),
    "Word": make.zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}),
    "tar": make.tarred("a/b.txt"),
    "gzip": make.COMPRESSORS["gz"](b"hello" * 1000),
    "bzip2": make.COMPRESSORS["bz2"](b"hello" * 1000),
    "xz": make.COMPRESSORS["xz"](b"hello" * 1000),
    "7-Zip": make.seven_zip(b"\x21\x21\x01\x00"),
    "text": b"hello\n",
    "Latin-1 text": "Zoë at the café\n".encode("cp1252"),
    "UTF-16 table": "a,b\n1,2\n".encode("utf-16"),
    "JSON": b'{"a": [1, 2, {"b": "}]"}]}',
    "JSON with NaN": b'{"a": NaN}',
    "NDJSON": b'{"a": 1}\n{"a": 2}\n',
    "XML": b'<?xml version="1.0"?><a><b/></a>',
    "SVG with harmless entities": (
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY ns "http://example.org/">]>'
        b'<svg xmlns="&ns;"/>'
    ),
    "vCard": b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nEND:VCARD\r\n",
    "message": b"From: a@example.org\nTo: b@example.org\n\nHi\n",
    "property list": plistlib.dumps({"a": [1, 2]}),
    "binary property list": plistlib.dumps({"a": [1, 2]}, fmt=plistlib.FMT_BINARY),
}


@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE.keys())
def test_a_whole_file_goes_on_without_a_word(tmp_path: Path, data: bytes) -> None:
    record = validated(tmp_path, data)
    assert (record.status, record.reason, record.warnings) == (Status.DONE, None, ())
    assert record.media_type not in {None, "application/octet-stream"}


REJECTED: dict[str, tuple[bytes, ReasonCode]] = {
    "nothing": (b"", ReasonCode.EMPTY),
    "noise": (bytes(range(256)) * 8, ReasonCode.UNSUPPORTED),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(64), ReasonCode.UNSUPPORTED),
    "JPEG cut in half": (JPEG[: len(JPEG) // 2], DAMAGED),
    "JPEG cut in its header": (JPEG[:100], UNREADABLE),
    "PNG cut in half": (PNG[: len(PNG) // 2], DAMAGED),
    "PNG without pixels": (PNG[:40], UNREADABLE),
    "PNG with a broken checksum": (PNG[:-16] + b"\x00" + PNG[-15:], DAMAGED),
    "PNG over the budget": (make.png_claiming(30_000, 30_000), REFUSED),
    "GIF with a frame over the budget": (make.gif_claiming(65_535, 65_535), REFUSED),
    "GIF without a frame": (make.picture("GIF")[:10], UNREADABLE),
    "WebP cut in half": (make.picture("WEBP")[:200], UNREADABLE),
    "RAW cut short": (make.raw_photo()[:-1000], DAMAGED),
    "PDF cut short": (make.pdf()[:-200], DAMAGED),
    "PDF of nothing": (b"%PDF-1.7\nnothing at all", UNREADABLE),
    "locked PDF": (make.pdf("sesame"), LOCKED),
    "locked ZIP": (make.zip_marked_locked(), LOCKED),
    "locked 7-Zip": (make.seven_zip(b"\x24\x06\xf1\x07\x01\x0a" + bytes(10)), LOCKED),
    "7-Zip cut short": (make.seven_zip(b"\x21\x21\x01\x00")[:-4], UNREADABLE),
    "ZIP cut in half": (make.zipped({"a.txt": bytes(range(256)) * 9})[:150], UNREADABLE),
    "ZIP that climbs out": (make.zipped({"../../evil.txt": b"x"}), REFUSED),
    "ZIP that climbs out in Windows": (make.zipped({"..\\evil.txt": b"x"}), REFUSED),
    "ZIP bomb": (make.zipped({"zeros": bytes(80 * 1024**2)}), REFUSED),
    "gzip bomb": (make.COMPRESSORS["gz"](bytes(80 * 1024**2)), REFUSED),
    "twelve archives in each other": (make.nested(12), REFUSED),
    "tar that climbs out": (make.tarred("../evil.txt"), REFUSED),
    "gzip cut short": (make.COMPRESSORS["gz"](bytes(range(256)) * 9)[:-9], DAMAGED),
    "Word without a main part": (
        make.zipped({"word/vbaProject.bin": b"x", "[Content_Types].xml": b"<a/>"}),
        UNREADABLE,
    ),
    "XML from outside": (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
        REFUSED,
    ),
    "XML that grows": (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><r>&b;</r>',
        REFUSED,
    ),
    "XML too deep": (b"<?xml version='1.0'?>" + b"<a>" * 500 + b"</a>" * 500, REFUSED),
    "XML cut short": (b'<?xml version="1.0"?><a><b>', DAMAGED),
    "JSON too deep": (b"[" * 100_000 + b"]" * 100_000, REFUSED),
    "JSON cut short": (b'{"a": [1, 2', DAMAGED),
    "NDJSON with a broken line": (b'{"a": 1}\n{"a": 2}\n{"a": \n', DAMAGED),
    "text with NUL characters": (b"a,b,c\n1,2,3\n" * 9 + b"4,\x005,6\n", DAMAGED),
    "vCard that does not end": (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\n", DAMAGED),
    "property list of nothing": (b"bplist00\xff\xff\xff", UNREADABLE),
    "database of nothing": (b"SQLite format 3\x00" + bytes(100), UNREADABLE),
}


@pytest.mark.parametrize(("data", "code"), REJECTED.values(), ids=REJECTED.keys())
def test_a_faulty_file_ends_with_its_reason(tmp_path: Path, data: bytes, code: ReasonCode) -> None:
    record = validated(tmp_path, data)
    assert (record.status, record.reason_code) == (Status.QUARANTINED, code), record.reason
    assert record.reason
    assert str(tmp_path) not in record.reason
    assert record.media_type


def test_a_database_is_checked_page_by_page(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE calls (number TEXT)")
        database.executemany("INSERT INTO calls VALUES (?)", [("x" * 500,)] * 200)
    database.close()
    data = path.read_bytes()
    assert validated(tmp_path, data).reason is None
    at = len(data) // 2 // 4096 * 4096
    broken = data[:at] + bytes(4096) + data[at + 4096 :]
    assert validated(tmp_path, broken).reason_code == DAMAGED
    assert validated(tmp_path, data[: len(data) // 2]).reason_code == UNREADABLE


def test_a_size_over_the_limit_is_refused_with_both_numbers(tmp_path: Path) -> None:
    record = validated(tmp_path, JPEG, limits=ValidateSettings(max_bytes=100))
    assert record.reason_code == REFUSED
    assert "100" in (record.reason or "")
    assert f"{len(JPEG):,}" in (record.reason or "")


def test_pixels_are_counted_before_they_are_decoded(tmp_path: Path) -> None:
    assert validated(tmp_path, JPEG, limits=pixel_limit(64 * 48)).reason_code is None
    assert validated(tmp_path, JPEG, limits=pixel_limit(64 * 48 - 1)).reason_code == REFUSED


def test_a_picture_of_too_many_passes_is_refused(tmp_path: Path) -> None:
    progressive = make.picture("JPEG", progressive=True)
    last = progressive[progressive.rindex(b"\xff\xda") : -2]
    bomb = progressive[:-2] + 250 * last + progressive[-2:]
    assert validated(tmp_path, progressive).reason_code is None
    assert validated(tmp_path, bomb).reason_code == REFUSED


@pytest.mark.parametrize("at", [13 + 3 * 256, -1], ids=["before the frame", "behind it"])
def test_a_comment_that_would_hold_up_the_decoder_is_refused(tmp_path: Path, at: int) -> None:
    picture = make.picture("GIF")  # a header of 13 bytes, 256 colours, the frame, a trailer
    comment = b"!\xfe" + 1100 * (b"\xff" + 255 * b"A") + b"\0"
    record = validated(tmp_path, picture[:at] + comment + picture[at:])
    assert record.reason_code == REFUSED


def test_a_tiff_of_more_pages_than_a_decoder_can_look_for_is_refused(tmp_path: Path) -> None:
    count, size = 12_000, 2 + 12 + 4  # bytes of a directory with one entry
    pages = b"".join(
        struct.pack("<HHHLLL", 1, 256, 3, 1, 1, (number + 1) % count and 8 + (number + 1) * size)
        for number in range(count)
    )
    record = validated(tmp_path, b"II*\0" + struct.pack("<L", 8) + pages)
    assert record.reason_code == REFUSED
    assert "12,000" not in (record.reason or "")  # nobody counted further than the limit


def test_mails_in_mails_without_end_are_refused(tmp_path: Path) -> None:
    levels = "".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'
        for level in range(1000)
    )
    head = "From: a@example.org\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\n"
    record = validated(tmp_path, (head + levels).encode(), "deep.eml")
    assert record.reason_code == REFUSED


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    many = make.zipped({f"{number}.txt": b"" for number in range(20)})
    record = validated(tmp_path, many, limits=ValidateSettings(max_archive_members=10))
    assert record.reason_code == REFUSED


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    record = validated(tmp_path, make.pdf(pages=3), limits=ValidateSettings(max_pages=2))
    assert record.reason_code == REFUSED


def test_a_second_file_behind_a_picture_is_told(tmp_path: Path) -> None:
    record = validated(tmp_path, JPEG + make.zipped({"a.txt": b"x"}))
    assert record.reason_code is None
    assert "ZIP archive" in record.warnings[0]


@pytest.mark.parametrize("whole", [JPEG, PNG, make.picture("GIF")], ids=["JPEG", "PNG", "GIF"])
def test_bytes_behind_a_picture_are_told_and_padding_is_not(tmp_path: Path, whole: bytes) -> None:
    assert validated(tmp_path, whole + b"hidden" * 9).warnings != ()
    assert validated(tmp_path, whole + bytes(64)).warnings == ()


def test_a_name_that_lies_is_told(tmp_path: Path) -> None:
    record = validated(tmp_path, PNG, "photo.jpg")
    assert record.media_type == "image/png"
    assert record.warnings == ("the name ends in .jpg, but the content is image/png",)


def test_a_web_page_saved_as_a_photo_is_refused(tmp_path: Path) -> None:
    record = validated(tmp_path, b"<!DOCTYPE html><html>404</html>", "photo.jpg")
    assert (record.media_type, record.reason_code) == ("text/html", REFUSED)


def test_links_in_an_archive_refuse_it_or_are_told_not_followed(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("plain.txt", "x")
    assert validated(tmp_path, out.getvalue()).reason_code == REFUSED
    record = validated(tmp_path, out.getvalue(), limits=ValidateSettings(strict_archives=False))
    assert record.reason_code is None
    assert "not followed" in record.warnings[0]


def test_one_damaged_member_damages_the_archive(tmp_path: Path) -> None:
    data = bytearray(make.zipped({"a.txt": b"first" * 99, "b.txt": bytes(range(256))}))
    at = data.find(b"b.txt") + 5
    data[at + 20 : at + 30] = b"overwritten"[:10]
    record = validated(tmp_path, bytes(data))
    assert record.reason_code == DAMAGED
    assert "b.txt" in (record.reason or "")


def test_what_a_locked_document_still_tells_is_kept(tmp_path: Path) -> None:
    assert validated(tmp_path, make.pdf("sesame", pages=3)).description.pages == 3


def test_the_verdict_replaces_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(PNG)
    work, record = file_work(path, None)
    once = validate.run(work, record)
    assert validate.run(work, once) == once


# Small, so that hypothesis can try many.
SEEDS = [*WHOLE.values(), *(data for data, _ in REJECTED.values() if len(data) < 50_000)]


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_cut_and_changed_files_never_raise(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(0, 8))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]
    path = tmp_path_factory.getbasetemp() / "changed"
    path.write_bytes(content)
    limits = ValidateSettings(max_pixels=1_000_000)  # else noise claims canvases worth seconds
    work, record = file_work(path, None, settings=ProcessingSettings(validate=limits))
    record = validate.run(work, record)
    assert (record.reason_code is None) == (record.status is Status.DONE)
    describe.run(work, record)


@given(st.recursive(st.none() | st.text(max_size=5), st.lists, max_leaves=20))
def test_any_json_is_sound(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    folder = tmp_path_factory.getbasetemp()
    record = validated(folder, json.dumps({"value": value}).encode(), "value.json")
    assert (record.media_type, record.reason_code) == ("application/json", None)
