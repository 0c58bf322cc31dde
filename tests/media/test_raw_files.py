"""RAW files with structures of their own: Fujifilm, Panasonic, Olympus, Canon."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from schedulerx.media.raw_files import raw_file
from schedulerx.model.record import ReasonCode, Record
from schedulerx.steps import describe, validate
from tests.steps.files import file_work

Entry = tuple[int, int, int, int]


def preview(model: str | None = None) -> bytes:
    """A JPEG picture, with a camera's EXIF where a model is given."""
    exif = Image.Exif()
    if model:
        exif[0x010F], exif[0x0110], exif[0x0112] = "Maker", model, 6
        exif.get_ifd(0x8769)[0x9003] = "2024:06:01 10:11:12"
    out = io.BytesIO()
    Image.effect_noise((320, 240), 40).save(out, "JPEG", exif=exif)
    return out.getvalue()


def directory(*entries: Entry) -> bytes:
    return (
        struct.pack("<H", len(entries))
        + b"".join(struct.pack("<HHLL", *each) for each in sorted(entries))
        + bytes(4)
    )


@cache
def raf() -> bytes:
    picture = preview("X-T5")
    sizes = struct.pack(">LHHHH", 1, 0x0111, 4, 4000, 6000)
    at, sensor = 160, bytes(500)
    places = (at, len(picture), at + len(picture), len(sizes))
    last = (at + len(picture) + len(sizes), len(sensor))
    head = b"FUJIFILMCCD-RAW 0201".ljust(84, b"\x00") + struct.pack(">6L", *places, *last)
    return head.ljust(at, b"\x00") + picture + sizes + sensor


@cache
def rw2() -> bytes:
    picture = preview("DC-G9")
    borders = ((4, 3, 1, 4), (5, 3, 1, 8), (6, 3, 1, 3904), (7, 3, 1, 5192))
    at = 8 + 2 + 12 * 5 + 4
    main = directory(*borders, (0x002E, 7, len(picture), at))
    return b"IIU\x00" + struct.pack("<L", 8) + main + picture


@cache
def orf() -> bytes:
    picture, model = preview(), b"E-M1\x00\x00"
    settings_at = 12 + 2 + 12 + 4
    picture_at = settings_at + 2 + 12 * 2 + 4
    note = (
        b"OLYMPUS\x00II\x03\x00"
        + directory((0x2020, 13, 1, settings_at))
        + directory((0x0101, 4, 1, picture_at), (0x0102, 4, 1, len(picture)))
        + picture
    )
    model_at = 8 + 2 + 12 * 4 + 4
    detail_at = model_at + len(model)
    note_at = detail_at + 2 + 12 + 4
    main = directory(
        (0x0100, 4, 1, 4640), (0x0101, 4, 1, 3472), (0x0110, 2, 5, model_at),
        (0x8769, 4, 1, detail_at),
    )  # fmt: skip
    detail = directory((0x927C, 7, len(note), note_at))
    return b"IIRO" + struct.pack("<L", 8) + main + model + detail + note


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">L4s", 8 + len(content), kind) + content


def tiff(**tags: object) -> bytes:
    exif = Image.Exif()
    for name, value in tags.items():
        exif[int(name[1:], 16)] = value
    return bytes(exif.tobytes()).removeprefix(b"Exif\x00\x00")


@cache
def cr3() -> bytes:
    picture = preview()
    uuid = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    main = tiff(t0110="EOS R5", t0112=6, t0100=8192, t0101=5464)
    detail = tiff(t9003="2024:06:01 10:11:12")

    def whole(at: int) -> tuple[bytes, int]:
        table = box(
            b"stbl",
            box(b"stsz", struct.pack(">LLLL", 0, 0, 1, len(picture))),
            box(b"co64", struct.pack(">LLQ", 0, 1, at)),
        )
        moov = box(
            b"moov",
            box(b"uuid", uuid, box(b"CMT1", main), box(b"CMT2", detail)),
            box(b"trak", box(b"mdia", box(b"minf", table))),
        )
        start = box(b"ftyp", b"crx \x00\x00\x00\x01crx isom") + moov
        return start + box(b"mdat", picture), len(start) + 8

    return whole(whole(0)[1])[0]


KINDS: dict[str, tuple[Callable[[], bytes], str, tuple[int, int], str]] = {
    "raf": (raf, "image/x-fuji-raf", (6000, 4000), "X-T5"),
    "rw2": (rw2, "image/x-panasonic-rw2", (5184, 3900), "DC-G9"),
    "orf": (orf, "image/x-olympus-orf", (4640, 3472), "E-M1"),
    "cr3": (cr3, "image/x-canon-cr3", (8192, 5464), "EOS R5"),
}


def through(folder: Path, data: bytes) -> Record:
    path = folder / "file"
    path.write_bytes(data)
    work, record = file_work(path, None)
    return describe.run(work, validate.run(work, record))


@pytest.mark.parametrize("kind", KINDS)
def test_a_raw_file_opens_by_its_preview_and_tells_its_camera(tmp_path: Path, kind: str) -> None:
    made, media_type, size, model = KINDS[kind]
    record = through(tmp_path, made())
    assert (record.media_type, record.reason, record.warnings) == (media_type, None, ())
    what = record.description
    assert ((what.width, what.height), what.camera_model) == (size, model)
    if kind != "orf":
        assert (what.orientation, what.captured_at) == (6, "2024-06-01T10:11:12")


@pytest.mark.parametrize("kind", KINDS)
def test_the_preview_is_found(kind: str) -> None:
    data = KINDS[kind][0]()
    best = raw_file(data).previews[0]
    with Image.open(io.BytesIO(data[best.start : best.start + best.length])) as shown:
        assert shown.size == (320, 240)


@pytest.mark.parametrize("kind", ["raf", "rw2", "cr3"])
def test_a_raw_file_that_was_cut_is_damaged(tmp_path: Path, kind: str) -> None:
    whole = KINDS[kind][0]()
    record = through(tmp_path, whole[:-200])
    assert record.reason_code is ReasonCode.DAMAGED


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_cut_and_changed_raw_files_tell_what_they_can(kind: str, data: st.DataObject) -> None:
    whole = KINDS[kind][0]()
    at = data.draw(st.integers(0, min(700, len(whole) - 1)))
    changed = data.draw(st.binary(max_size=8))
    for broken in (whole[:at], whole[:at] + changed + whole[at + len(changed) :]):
        found = raw_file(broken)
        assert all(each.start < len(broken) for each in found.previews)
