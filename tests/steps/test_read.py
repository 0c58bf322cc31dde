from __future__ import annotations

import dataclasses
import io
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from msgspec.structs import replace
from openpyxl import Workbook
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from schedulerx.documents.ocr import engines
from schedulerx.documents.ocr.engine import Line, Page, Pixels
from schedulerx.errors import ConfigurationError
from schedulerx.settings import ProcessingSettings, ReadSettings
from schedulerx.steps import claims, generate_events, read
from schedulerx.steps.searchable import searchable_key
from tests.documents.ocr.pages import drawn
from tests.documents.ocr.textract_blocks import blocks
from tests.steps.files import MemoryArtifacts, file_work

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


def test_a_pdf_that_lost_its_end_is_read_from_the_objects_left(tmp_path: Path) -> None:
    file = tmp_path / "half.pdf"
    whole = pdf_of("Dear Sir", "second page")
    file.write_bytes(whole[: whole.rindex(b"xref")])
    work, record = file_work(file, "application/pdf", settings=NO_OCR)
    reading = read.run(work, record).reading
    assert reading is not None
    assert "Dear Sir" in reading.text


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


class CountingEngine:
    """An engine that finds one word on every page, and counts."""

    name = "counting/1"

    def __init__(self) -> None:
        self.pages = 0

    def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
        return [(float(pixels.shape[1]), 20.0)]

    def recognise(self, pixels: Pixels) -> Page:
        self.pages += 1
        height, width = pixels.shape[:2]
        line = Line(text="word", box=((0, 0), (9, 0), (9, 9), (0, 9)), confidence=1.0)
        return Page(width=width, height=height, engine=self.name, lines=(line,))


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> CountingEngine:
    made = CountingEngine()
    monkeypatch.setattr(engines, "engine", lambda _name, _languages: made)
    return made


def scan(path: Path, pages: int = 1) -> Path:
    """A PDF whose pages are pictures, each of another shade."""
    canvas = Canvas(str(path))
    for number in range(pages):
        picture = ImageReader(Image.new("RGB", (300, 400), (255 - number,) * 3))
        canvas.drawImage(picture, 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return path


def test_scanned_pages_are_recognised_once_and_never_again(
    tmp_path: Path, counting: CountingEngine
) -> None:
    work, record = file_work(scan(tmp_path / "scan.pdf", 2), "application/pdf")
    first, again = read.run(work, record), read.run(work, record)
    assert first == again
    assert first.reading is not None
    assert first.reading.text.split() == ["word", "word"]
    assert (first.reading.has_text_layer, first.reading.engine) == (False, "counting/1")
    assert counting.pages == 2


def test_pages_over_the_limit_are_left_out_with_a_warning(
    tmp_path: Path, counting: CountingEngine
) -> None:
    settings = ProcessingSettings(read=ReadSettings(ocr_max_pages=1))
    file = scan(tmp_path / "scan.pdf", 3)
    work, record = file_work(file, "application/pdf", settings=settings)
    after = read.run(work, record)
    assert counting.pages == 1
    assert after.warnings == (
        "More pages without text than read.ocr_max_pages allows were left out.",
    )


def test_what_was_recognised_in_time_is_kept_and_the_rest_is_told(
    tmp_path: Path, counting: CountingEngine
) -> None:
    settings = ProcessingSettings(read=ReadSettings(ocr_seconds=10))
    file = scan(tmp_path / "scan.pdf", 3)
    work, record = file_work(file, "application/pdf", settings=settings)
    after = read.run(work, record, clock=iter([0.0, 4.0, 8.0, 12.0]).__next__)
    assert after.reading is not None
    assert after.reading.text.split() == ["word", "word"]
    (warning,) = after.warnings
    assert warning.startswith("Recognised 2 of 3 pages within 10 seconds; raise read.ocr_seconds")


def test_a_larger_limit_goes_on_from_the_pages_recognised_before(
    tmp_path: Path, counting: CountingEngine
) -> None:
    file = scan(tmp_path / "scan.pdf", 4)
    artifacts = MemoryArtifacts()
    for limits in (
        ReadSettings(ocr_seconds=10, ocr_max_pages=1),
        ReadSettings(ocr_seconds=20, ocr_max_pages=3),
        ReadSettings(),
    ):
        settings = ProcessingSettings(read=limits)
        work, record = file_work(file, "application/pdf", settings=settings, artifacts=artifacts)
        after = read.run(dataclasses.replace(work, fingerprint=repr(limits)), record)
    assert after.warnings == ()
    assert counting.pages == 4


def test_a_page_that_looks_like_one_of_another_file_is_not_recognised_again(
    tmp_path: Path, counting: CountingEngine
) -> None:
    artifacts = MemoryArtifacts()
    for pages in (1, 2):  # the longer file begins with the page of the shorter
        file = scan(tmp_path / f"{pages}.pdf", pages)
        work, record = file_work(file, "application/pdf", artifacts=artifacts)
        after = read.run(work, record)
    assert after.reading is not None
    assert after.reading.text.split() == ["word", "word"]
    assert counting.pages == 2


def test_recognised_pages_are_found_by_number_at_the_dpi_they_were_drawn(
    tmp_path: Path, counting: CountingEngine
) -> None:
    work, record = file_work(scan(tmp_path / "scan.pdf", 11), "application/pdf")
    read.run(work, record)
    assert record.sha256 is not None
    pages = read.pages_of(work.artifacts, record.sha256, work.settings.read)
    assert list(pages) == list(range(1, 12))
    assert {page.dpi for page in pages.values()} == {200.0}
    assert pages[11].lines[0].text == "word"


def test_another_resolution_recognises_again(tmp_path: Path, counting: CountingEngine) -> None:
    file = scan(tmp_path / "scan.pdf")
    artifacts = MemoryArtifacts()
    for dpi in (72, 100):
        settings = ProcessingSettings(read=ReadSettings(ocr_dpi=dpi))
        read.run(*file_work(file, "application/pdf", settings=settings, artifacts=artifacts))
    assert counting.pages == 2


def test_frames_out_of_time_are_told(tmp_path: Path, counting: CountingEngine) -> None:
    file = tmp_path / "fax.tiff"
    paper = Image.new("RGB", (300, 400), "white")
    paper.save(file, save_all=True, append_images=[paper, paper])
    settings = ProcessingSettings(read=ReadSettings(ocr_seconds=10))
    work, record = file_work(file, "image/tiff", settings=settings)
    after = read.run(work, record, clock=iter([0.0, 4.0, 10.0, 12.0]).__next__)
    assert counting.pages == 1
    assert "Recognised 1 of 3 pages within 10 seconds" in after.warnings[0]


def test_a_page_with_a_text_layer_is_not_recognised(
    tmp_path: Path, counting: CountingEngine
) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(pdf_of("Dear Sir", ""))
    work, record = file_work(file, "application/pdf")
    reading = read.run(work, record).reading
    assert reading is not None
    assert reading.engine is None
    assert counting.pages == 0


def test_an_image_of_paper_is_recognised(tmp_path: Path, counting: CountingEngine) -> None:
    file = tmp_path / "paper.png"
    Image.new("RGB", (300, 400), "white").save(file)
    work, record = file_work(file, "image/png")
    reading = read.run(work, record).reading
    assert reading is not None
    assert reading.text == "word"
    assert counting.pages == 1


def test_a_photo_leaves_the_very_same_record_and_no_artifact(
    tmp_path: Path, counting: CountingEngine
) -> None:
    file = tmp_path / "photo.jpg"
    Image.effect_noise((640, 480), 90).convert("RGB").save(file)
    artifacts = MemoryArtifacts()
    work, record = file_work(file, "image/jpeg", artifacts=artifacts)
    assert read.run(work, record) is record
    assert (counting.pages, artifacts.held) == (0, {})


def test_a_truncated_scan_is_read_as_far_as_it_goes(
    tmp_path: Path, counting: CountingEngine
) -> None:
    file = tmp_path / "half.jpg"
    Image.new("RGB", (800, 1000), "white").save(file, quality=95)
    file.write_bytes(file.read_bytes()[:-2000])
    work, record = file_work(file, "image/jpeg")
    reading = read.run(work, record).reading
    assert reading is not None
    assert reading.text == "word"


def test_without_an_engine_images_are_not_applicable(tmp_path: Path) -> None:
    file = tmp_path / "paper.png"
    Image.new("RGB", (300, 400), "white").save(file)
    work, record = file_work(file, "image/png", settings=NO_OCR)
    assert read.run(work, record) is record


@pytest.mark.parametrize("cut", [10, 200, 2000])
@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.zip", "application/zip"),
        ("a.pdf", "application/pdf"),
        ("a.png", "image/png"),
        ("a.eml", "message/rfc822"),
        ("a.mbox", "application/mbox"),
        ("a.vcf", "text/vcard"),
        ("a.csv", "text/csv"),
        ("a.json", "application/json"),
    ],
)
def test_a_file_cut_anywhere_is_never_an_error(
    tmp_path: Path, name: str, media_type: str, cut: int
) -> None:
    whole = tmp_path / "whole.xlsx"
    book = Workbook()
    book.create_sheet("more").append(["Name", "Phone"])
    book.save(whole)
    file = tmp_path / name
    file.write_bytes(whole.read_bytes()[:cut])
    work, record = file_work(file, media_type, settings=NO_OCR)
    after = generate_events.run(work, read.run(work, record))
    assert len(after.warnings) == len(set(after.warnings))


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


class PaidService:
    """Textract as a test sees it: a line for every page of a PDF, and a bill."""

    takes_pdf = True

    def __init__(self) -> None:
        self.billed = 0

    def image(self, image: bytes) -> Sequence[Mapping[str, Any]]:
        self.billed += 1
        return blocks("one picture")

    def pdf(self, pdf: bytes, token: str) -> Sequence[Mapping[str, Any]]:
        assert token
        with pikepdf.open(io.BytesIO(pdf)) as document:
            numbers = range(1, len(document.pages) + 1)
        self.billed += len(numbers)
        return [block for number in numbers for block in blocks(f"paid {number}", page=number)]


TEXTRACT = ProcessingSettings(read=ReadSettings(ocr_engine="textract"))


def test_textract_is_sent_the_pages_of_a_pdf_that_have_no_text_and_those_once(
    tmp_path: Path,
) -> None:
    file = scan(tmp_path / "scan.pdf", 3)
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(pdf_of("a page whose text layer is long enough to be one"))
    with pikepdf.open(file, allow_overwriting_input=True) as whole, pikepdf.open(letter) as other:
        whole.pages.insert(1, other.pages[0])
        whole.save(file)
    service = PaidService()
    work, record = file_work(file, "application/pdf", settings=TEXTRACT)
    work = dataclasses.replace(work, textract=lambda: service)
    first, again = read.run(work, record), read.run(work, record)
    assert first == again
    assert first.reading is not None
    assert [line for line in first.reading.text.splitlines() if line][::2] == ["paid 1", "paid 2"]
    assert first.reading.text.endswith("paid 3")
    assert service.billed == 3
    assert first.reading.engine == "textract/1"


def test_two_processes_do_not_pay_for_one_image_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "_POLL_S", 0.001)
    file = tmp_path / "letter.png"
    Image.fromarray(drawn()).save(file)
    asked, begun = threading.Event(), threading.Event()
    store = MemoryArtifacts()

    class Slow(PaidService):
        def image(self, image: bytes) -> Sequence[Mapping[str, Any]]:
            asked.set()
            assert begun.wait(60)
            return super().image(image)

    service = Slow()

    def one(wait: Callable[[], object]) -> str:
        wait()
        work, record = file_work(file, "image/png", settings=TEXTRACT, artifacts=store)
        reading = read.run(dataclasses.replace(work, textract=lambda: service), record).reading
        assert reading is not None
        return reading.text

    def second() -> None:
        assert asked.wait(60)
        begun.set()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(one, [int, second])) == ["one picture", "one picture"]
    assert service.billed == 1


def test_textract_out_of_reach_is_the_operators_to_mend(tmp_path: Path) -> None:
    work, record = file_work(scan(tmp_path / "a.pdf"), "application/pdf", settings=TEXTRACT)
    with pytest.raises(ConfigurationError, match=r"read\.ocr_engine"):
        read.run(work, record)


def test_a_scan_is_kept_as_a_searchable_pdf_where_that_is_asked_for(
    tmp_path: Path, counting: CountingEngine
) -> None:
    settings = ProcessingSettings(read=ReadSettings(searchable_pdf=True))
    work, record = file_work(scan(tmp_path / "a.pdf", 2), "application/pdf", settings=settings)
    read.run(work, record)
    assert record.sha256 is not None
    data = work.artifacts.get(searchable_key(record.sha256, work.fingerprint))
    with pikepdf.open(io.BytesIO(data)) as document:
        assert len(document.pages) == 2
    assert counting.pages == 2


def test_a_pdf_with_a_text_layer_is_not_kept_again(tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(pdf_of("Dear Sir"))
    settings = ProcessingSettings(read=ReadSettings(searchable_pdf=True))
    work, record = file_work(file, "application/pdf", settings=settings)
    read.run(work, record)
    assert list(work.artifacts.keys("searchable/")) == []
