from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from schedulerx.documents.ocr.engine import Line, Page, Word, upright
from schedulerx.documents.searchable import searchable_images, searchable_pdf
from tests.documents.ocr.pages import drawn

WIDTH, HEIGHT = 595, 842  # points


def word(text: str, left: float, top: float, right: float, bottom: float) -> Line:
    box = upright(left, top, right, bottom)
    found = Word(text=text, box=box, confidence=1.0)
    return Line(text=text, box=box, confidence=1.0, words=(found,))


def scan(path: Path, turn: int) -> Path:
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT))
    canvas.drawImage(ImageReader(Image.new("RGB", (300, 400), "white")), 0, 0, WIDTH, HEIGHT)
    canvas.showPage()
    canvas.save()
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].Rotate = turn
        document.save(path)
    return path


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_come_back_where_they_were_seen(tmp_path: Path, turn: int) -> None:
    path = scan(tmp_path / "scan.pdf", turn)
    drawn_size = pypdfium2.PdfDocument(path)[0].render(scale=2).to_numpy().shape
    height, width = drawn_size[0], drawn_size[1]
    found = Page(
        width=width,
        height=height,
        engine="fake/1",
        lines=(word("Alpha", 100, 200, 300, 240), word("Beta", 100, 400, 300, 440)),
    )
    page = pypdfium2.PdfDocument(searchable_pdf(path, {1: found}))[0]
    assert page.get_size() == pypdfium2.PdfDocument(path)[0].get_size()
    text = page.get_textpage()
    assert text.get_text_range().split() == ["Alpha", "Beta"]
    # In the page's own units, where it is not turned.
    left, bottom, right, top = text.get_charbox(0, loose=True)
    across, down = (left + right) / 2, (bottom + top) / 2
    seen = {
        0: (across, HEIGHT - down),
        90: (down, across),
        180: (WIDTH - across, down),
        270: (HEIGHT - down, WIDTH - across),
    }[turn]
    assert 100 <= 2 * seen[0] <= 142
    assert 195 <= 2 * seen[1] <= 245


def test_an_image_becomes_a_page_with_its_words() -> None:
    frame = drawn()
    height, width = frame.shape[:2]
    found = Page(width=width, height=height, engine="fake/1", lines=(word("fox", 60, 50, 160, 80),))
    data = searchable_images([frame, frame], {1: found})
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    assert [page.get_textpage().get_text_bounded().strip() for page in document] == ["fox", ""]
    assert document[0].get_size() == pytest.approx((width * 0.36, height * 0.36), abs=0.01)
    assert document[0].render().to_numpy().std() > 5  # the picture shows
    assert data == searchable_images([frame, frame], {1: found})


def test_letters_of_any_alphabet_come_back() -> None:
    found = Page(
        width=800, height=460, engine="fake/1", lines=(word("Grüße-Ωмега", 60, 50, 260, 80),)
    )
    page = pypdfium2.PdfDocument(searchable_images([drawn()], {1: found}))[0]
    assert page.get_textpage().get_text_range().strip() == "Grüße-Ωмега"
