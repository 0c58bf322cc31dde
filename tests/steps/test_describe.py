"""Describe: what the headers tell, of whole and of damaged files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from schedulerx.documents.properties import pdf_time
from schedulerx.model.record import Description, Status
from schedulerx.steps import describe, validate
from tests.steps import broken_files as make
from tests.steps.files import file_work

CORE = b"""<?xml version="1.0"?><cp:coreProperties
 xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
<dc:title>Minutes</dc:title><dc:creator>Iris</dc:creator>
<dcterms:created>2024-06-01T10:11:12Z</dcterms:created></cp:coreProperties>"""


def described(folder: Path, data: bytes) -> Description:
    path = folder / "file"
    path.write_bytes(data)
    work, record = file_work(path, None)
    return describe.run(work, validate.run(work, record)).description


def exif() -> bytes:
    tags = Image.Exif()
    tags[0x0110], tags[0x0112] = "Box 1", 6
    tags.get_ifd(0x8769)[0x9003] = "2024:06:01 10:11:12"
    return bytes(tags.tobytes())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_pictures_tell_size_time_camera_and_orientation(tmp_path: Path, kind: str) -> None:
    found = described(tmp_path, make.picture(kind, (64, 48), exif=exif()))
    assert (found.width, found.height) == (64, 48)
    assert (found.camera_model, found.orientation) == ("Box 1", 6)
    assert found.captured_at == "2024-06-01T10:11:12"
    assert found.captured_from == "EXIF:DateTimeOriginal"


def test_a_heif_picture_is_described_upright(tmp_path: Path) -> None:
    found = described(tmp_path, make.picture("HEIF", (64, 48), exif=exif()))
    assert (found.width, found.height, found.orientation) == (48, 64, 1)
    assert found.captured_at == "2024-06-01T10:11:12"


def test_camera_raw_tells_the_size_of_the_full_picture(tmp_path: Path) -> None:
    found = described(tmp_path, make.raw_photo())
    assert (found.width, found.height, found.orientation) == (2000, 1000, 6)
    assert found.camera_make == "Nikon"


def test_animations_tell_their_frames(tmp_path: Path) -> None:
    out = io.BytesIO()
    frames = [Image.new("L", (8, 8), shade) for shade in (0, 90, 180)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert described(tmp_path, out.getvalue()).frames == 3


def test_a_damaged_picture_keeps_its_facts(tmp_path: Path) -> None:
    whole = make.picture("JPEG", (640, 480), exif=exif())
    found = described(tmp_path, whole[: len(whole) // 2])
    assert (found.width, found.captured_at) == (640, "2024-06-01T10:11:12")


def test_a_pdf_tells_pages_title_and_time(tmp_path: Path) -> None:
    found = described(tmp_path, make.pdf(pages=3))
    assert (found.pages, found.title) == (3, "Minutes")
    assert found.created_at == "2024-06-01T10:11:12+02:00"


def test_an_office_document_tells_title_author_and_time(tmp_path: Path) -> None:
    parts = {"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}
    found = described(tmp_path, make.zipped({**parts, "docProps/core.xml": CORE}))
    assert (found.title, found.author) == ("Minutes", "Iris")
    assert found.created_at == "2024-06-01T10:11:12+00:00"


def video(path: Path, frames: int = 24) -> Path:
    """A second of changing grey with a place and a local time."""
    with av.open(str(path), "w", format="mov", options={"movflags": "use_metadata_tags"}) as out:
        out.metadata["com.apple.quicktime.creationdate"] = "2024-06-01T10:11:12+0200"
        out.metadata["com.apple.quicktime.location.ISO6709"] = "+53.5460-009.9830+010.000/"
        stream = out.add_stream("mpeg4", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for shade in range(frames):
            pixels = np.full((48, 64, 3), 5 * shade, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode())
    return path


def test_a_video_tells_size_duration_time_and_place(tmp_path: Path) -> None:
    found = described(tmp_path, video(tmp_path / "made.mov").read_bytes())
    assert (found.width, found.height, found.frames, found.duration_s) == (64, 48, 24, 1.0)
    assert found.captured_at == "2024-06-01T10:11:12+02:00"
    assert found.gps == (53.546, -9.983)


def test_what_has_no_description_is_returned_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("hello")
    work, record = file_work(path, "text/plain")
    assert describe.run(work, record) is record


def test_what_does_not_open_is_returned_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    path.write_bytes(b"RIFF\x10\x00\x00\x00WEBPnothing")
    work, record = file_work(path, "image/webp")
    assert describe.run(work, record) is record
    assert record.status is Status.DONE


def test_a_zip_that_is_no_document_has_no_description(tmp_path: Path) -> None:
    assert described(tmp_path, make.zipped({"a.txt": b"x"})) == Description()
    assert zipfile.is_zipfile(tmp_path / "file")


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("D:20240601101112+02'00'", "2024-06-01T10:11:12+02:00"),
        ("D:20240601101112Z", "2024-06-01T10:11:12+00:00"),
        ("D:20240601101112", "2024-06-01T10:11:12"),
        ("D:2024", "2024-01-01T00:00:00"),
        ("D:20241301101112", None),
        ("June", None),
        (None, None),
    ],
)
def test_pdf_times_are_read(written: str | None, iso: str | None) -> None:
    assert pdf_time(written) == iso
