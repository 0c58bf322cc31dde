"""Readers of structure: right on whole files, never an error on broken ones."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from schedulerx.formats import gif, jpeg, png, raw, riff
from schedulerx.formats.boxes import Box, iso_media_type, top_boxes
from schedulerx.formats.ole import OleFile
from schedulerx.formats.tiff_tags import TiffTags, number, text
from schedulerx.formats.zip_names import central_names
from tests.steps import broken_files as make

RAW = make.raw_photo()
JPEG = make.picture("JPEG", (64, 48))


def test_jpeg_markers_tell_size_and_end() -> None:
    found = jpeg.layout(JPEG + b"trailing \xff\xd9 bytes")
    assert (found.width, found.height, found.components) == (64, 48, 3)
    assert found.end == len(JPEG)


def test_a_cut_jpeg_has_no_end() -> None:
    assert jpeg.layout(JPEG[:-2]).end is None


def test_a_progressive_jpeg_is_walked_through_all_its_scans() -> None:
    data = make.picture("JPEG", (64, 48), progressive=True)
    assert jpeg.layout(data).end == len(data)


@pytest.mark.parametrize(
    ("mode", "size"), [("1", (9, 7)), ("P", (5, 5)), ("RGB", (3, 2)), ("RGBA", (4, 4))]
)
def test_a_png_header_tells_the_bytes_of_its_scanlines(mode: str, size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    ihdr = png.header(out.getvalue())
    assert ihdr is not None
    bits = {"1": 1, "P": ihdr.depth, "RGB": 24, "RGBA": 32}[mode]
    assert ihdr.scanline_bytes == size[1] * (1 + -(-size[0] * bits // 8))


def test_an_interlaced_png_counts_its_seven_passes() -> None:
    # Eight by eight grey pixels: 1 + 1 + 2 + 4 + 8 + 16 + 32 bytes, and 15 filter bytes.
    assert png.PngHeader(8, 8, 8, 0, interlaced=True).scanline_bytes == 64 + 15


def test_png_chunks_tell_which_checksums_fit() -> None:
    data = bytearray(make.picture("PNG"))
    data[-17] ^= 1
    verdicts = {chunk.kind: chunk.sound for chunk in png.chunks(bytes(data), verify=True)}
    assert verdicts == {b"IHDR": True, b"IDAT": False, b"IEND": True}


def test_gif_frames_tell_their_reach() -> None:
    data = make.gif_claiming(65_535, 100)
    (frame,) = gif.frames(data)
    assert (frame.right, frame.bottom, frame.whole) == (65_535, 100, True)
    assert gif.end(data, frame.end) == len(data)


def test_riff_chunks_are_padded_to_even_offsets() -> None:
    data = b"RIFF\x16\x00\x00\x00WEBP" + b"ODD \x01\x00\x00\x00x\x00" + b"EVEN\x00\x00\x00\x00"
    assert [chunk.kind for chunk in riff.chunks(data)] == [b"ODD ", b"EVEN"]


def test_boxes_tell_where_a_file_should_end(tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(b"\x00\x00\x00\x08free" + b"\x00\x00\x10\x00mdat" + bytes(10))
    assert list(top_boxes(path)) == [Box(b"free", 0, 8), Box(b"mdat", 8, 4096)]


def test_raw_tells_its_size_preview_and_end() -> None:
    data = make.raw_photo()
    assert raw.size(data) == (2000, 1000)
    assert raw.end_of_data(data) == len(data)
    (preview,) = raw.previews(data)
    with Image.open(io.BytesIO(data[preview.start : preview.start + preview.length])) as image:
        assert image.size == (640, 480)


@pytest.mark.parametrize("order", ["<", ">"])
def test_tags_are_read_in_either_byte_order(order: str) -> None:
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(order + "HL", 42, 8)
    entries = [(0x0110, 2, 4, b"Box\x00"), (0x0112, 3, 1, struct.pack(order + "HH", 6, 0))]
    body = b"".join(struct.pack(order + "HHL", *entry[:3]) + entry[3] for entry in entries)
    tags = TiffTags(head + struct.pack(order + "H", 2) + body + bytes(4)).first()
    assert (text(tags, 0x0110), number(tags, 0x0112)) == ("Box", 6)


def test_directories_in_a_circle_end() -> None:
    loop = b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHLLL", 1, 0x0100, 3, 1, 5, 8)
    assert len(list(raw.directories(loop))) == 1


def test_zip_names_are_read_behind_a_stub(tmp_path: Path) -> None:
    path = tmp_path / "setup"
    path.write_bytes(b"#!/bin/sh\n" * 9 + make.zipped({"a.txt": b"x", "b/c.txt": b"y"}))
    assert central_names(path) == ["a.txt", "b/c.txt"]


def test_a_compound_file_whose_sectors_circle_ends(tmp_path: Path) -> None:
    sector = struct.pack("<128L", *([0] * 128))  # every sector is followed by the first
    header = bytearray(512)
    header[:8], header[30:32] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x00"
    header[76:80] = struct.pack("<L", 0)
    path = tmp_path / "circle.doc"
    path.write_bytes(bytes(header) + sector)
    assert OleFile(path).names() == []


@given(st.binary(max_size=400), st.sampled_from([JPEG, make.picture("PNG"), make.picture("GIF")]))
def test_broken_structures_give_what_there_is(noise: bytes, whole: bytes) -> None:
    for data in (noise, whole[:60] + noise):
        jpeg.layout(data)
        list(gif.frames(data))
        list(png.chunks(data, verify=True))
        list(riff.chunks(data))
        png.header(data)
        iso_media_type(data)


@given(st.binary(max_size=400), st.integers(0, 60))
def test_broken_raw_gives_what_there_is(noise: bytes, kept: int) -> None:
    data = RAW[:kept] + noise
    raw.previews(data)
    raw.size(data)
    raw.end_of_data(data)


@given(st.binary(max_size=600))
def test_broken_containers_have_names_or_none(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "container"
    path.write_bytes(b"PK\x05\x06" + noise)
    central_names(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise)
    OleFile(path).names()


def test_tags_that_share_a_long_value_are_not_all_decoded() -> None:
    entry = struct.pack("<HLL", 3, 30_000, 8)
    tags = b"".join(struct.pack("<H", number) + entry for number in range(4096))
    data = b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 4096) + tags + bytes(64_000)
    held = TiffTags(data).first()
    assert sum(len(value) for value in held.values()) * 2 <= 4 * 1024 * 1024
