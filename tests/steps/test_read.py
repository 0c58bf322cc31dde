from __future__ import annotations

import io
from pathlib import Path

import pytest
from msgspec.structs import replace
from reportlab.pdfgen.canvas import Canvas

from schedulerx.settings import ProcessingSettings, ReadSettings
from schedulerx.steps import read
from tests.steps.files import file_work

NO_OCR = ProcessingSettings(read=ReadSettings(ocr_engine="none"))


def pdf_of(*pages: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    for page in pages:
        if page:
            canvas.drawString(72, 720, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_the_text_layer_of_a_pdf_is_read(tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(pdf_of("Dear Sir", "second page"))
    work, record = file_work(file, "application/pdf", settings=NO_OCR)
    reading = read.run(work, record).reading
    assert reading is not None
    assert reading.has_text_layer is True
    assert "Dear Sir" in reading.text
    assert reading.text.index("Dear Sir") < reading.text.index("second page")


def test_a_pdf_without_text_layer_says_so(tmp_path: Path) -> None:
    file = tmp_path / "blank.pdf"
    file.write_bytes(pdf_of(""))
    work, record = file_work(file, "application/pdf", settings=NO_OCR)
    reading = read.run(work, record).reading
    assert reading is not None
    assert reading.has_text_layer is False
    assert reading.text.strip() == ""


def test_a_broken_pdf_leaves_a_warning_and_no_error(tmp_path: Path) -> None:
    file = tmp_path / "broken.pdf"
    file.write_bytes(b"%PDF-1.7 nothing follows")
    work, record = file_work(file, "application/pdf", settings=NO_OCR)
    after = read.run(work, record)
    assert len(after.warnings) == 1
    assert "does not open" in after.warnings[0]


def test_long_text_goes_to_an_artifact(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("word " * 10_000)
    work, record = file_work(file, "text/plain")
    reading = read.run(work, record).reading
    assert reading is not None
    assert reading.text == ""
    assert reading.characters == 50_000
    assert reading.text_key is not None
    assert work.artifacts.get(reading.text_key) == file.read_bytes()


def test_text_is_cut_at_the_limit_with_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("0123456789")
    settings = ProcessingSettings(read=ReadSettings(max_characters=4))
    work, record = file_work(file, "text/plain", settings=settings)
    after = read.run(work, record)
    assert after.reading is not None
    assert after.reading.text == "0123"
    assert "first 4 characters" in after.warnings[0]


@pytest.mark.parametrize("media_type", ["audio/mpeg", "application/octet-stream", None])
def test_other_kinds_leave_the_very_same_record(tmp_path: Path, media_type: str | None) -> None:
    file = tmp_path / "thing.bin"
    file.write_bytes(b"\x00\x01")
    work, record = file_work(file, media_type)
    assert read.run(work, record) is record


def test_visible_text_of_html_is_read_and_scripts_are_not(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<html><script>var x</script><p>One &amp; two</p><p>three</p></html>")
    work, record = file_work(file, "text/html")
    reading = read.run(work, replace(record)).reading
    assert reading is not None
    assert reading.text.split("\n")[:2] == ["One & two", "three"]
