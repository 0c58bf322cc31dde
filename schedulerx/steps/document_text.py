"""The text that was read of a document, page by page where its pages are known."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from schedulerx.documents import pdf
from schedulerx.documents.formats import Format
from schedulerx.documents.ocr.engine import Corners, Page
from schedulerx.documents.scans import PageCache
from schedulerx.evidence.mentions import Box, LineBox, PageText
from schedulerx.model.record import Record
from schedulerx.model.work import FileWork
from schedulerx.steps.read import recognised_pages


def whole_text(work: FileWork, record: Record) -> str:
    """The text that the step `read` made; empty where it made none."""
    reading = record.reading
    if reading is None:
        return ""
    if reading.text_key is None:
        return reading.text
    return work.artifacts.get(reading.text_key).decode("utf-8", "replace")


def page_texts(work: FileWork, record: Record, form: Format) -> Iterator[PageText]:
    """The pages of a PDF or an image, recognised ones with their lines' boxes; of all else the
    text as one. A document is parsed again for it: ask only where its text holds something.

    Raises:
        DamagedDocument: the document is broken from here on.
    """
    if form is Format.PDF and record.sha256 is not None:
        yield from _of_pdf(work, record, recognised_pages(work, record.sha256))
    elif form is Format.IMAGE and record.sha256 is not None:
        yield from _of_image(recognised_pages(work, record.sha256))
    else:
        yield PageText(text=whole_text(work, record))


def _of_pdf(work: FileWork, record: Record, recognised: PageCache) -> Iterator[PageText]:
    passwords = tuple(text for _, text in work.passwords.first(record.password_line))
    for page in pdf.pages(work.path, [], passwords):
        seen = recognised.get(page.number) if not page.has_text or page.is_garbled else None
        if seen is None:
            yield PageText(text=page.text, number=page.number)
        else:
            yield _page(seen, page.number)


def _of_image(recognised: PageCache) -> Iterator[PageText]:
    for number in count(1):
        page = recognised.get(number)
        if page is None:
            return
        yield _page(page, number)


def _page(page: Page, number: int) -> PageText:
    lines = tuple(
        LineBox(
            text=line.text,
            box=_share(line.box, page),
            words=tuple((word.text, _share(word.box, page)) for word in line.words),
        )
        for line in page.lines
    )
    return PageText(text=page.text, number=number, lines=lines)


def _share(corners: Corners, page: Page) -> Box:
    """The upright box around a line or a word, as shares of the page, to a thousandth."""
    across = [point[0] / page.width for point in corners]
    down = [point[1] / page.height for point in corners]
    left, top, right, bottom = min(across), min(down), max(across), max(down)
    return round(left, 3), round(top, 3), round(right, 3), round(bottom, 3)
