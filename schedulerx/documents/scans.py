"""The text of pages that are pixels, and of PDFs, whose pages may be either."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from schedulerx.documents import pdf, pixels
from schedulerx.documents.content import Content, TextCollector
from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.ocr.engine import OcrEngine, Page, Pixels
from schedulerx.documents.ocr.gate import holds_text


class PageCache(Protocol):
    """Pages of one content that were recognised before."""

    def get(self, number: int) -> Page | None:
        """The page, where it was."""

    def put(self, number: int, page: Page) -> None:
        """Keeps a page."""


class Recogniser:
    """Recognises the pages of one file, each content once; at most `limit` of them."""

    def __init__(self, engine: Callable[[], OcrEngine], cache: PageCache, limit: int) -> None:
        self._engine = engine
        self._cache = cache
        self.room = limit
        self.name: str | None = None

    def text(self, number: int, draw: Callable[[], Pixels]) -> str:
        """The text of a page; `draw` gives its pixels where it was not recognised before.

        Raises:
            DamagedDocument: the pixels cannot be had.
        """
        page = self._cache.get(number)
        if page is None:
            drawn = draw()
            engine = self._engine()
            if not holds_text(drawn, engine):
                return ""
            page = engine.recognise(drawn)
            self._cache.put(number, page)
        self.room -= 1
        self.name = page.engine
        return page.text


def read_pdf(path: Path, limit: int, dpi: int, recogniser: Recogniser | None) -> Content:
    """The text layer page by page; pages without one are recognised where there is an engine."""
    collector = TextCollector(limit)
    warnings: list[str] = []
    has_layer = False
    try:
        for page in pdf.pages(path, warnings):
            text = page.text
            has_layer = has_layer or bool(text.strip())
            if not text.strip() and recogniser is not None:
                text = _recognised(page, dpi, recogniser, warnings)
            if not collector.add(text.rstrip() + "\n\n"):
                break
    except DamagedDocument as error:
        warnings.append(str(error))
    return Content(
        text=collector.text.strip(),
        has_text_layer=has_layer,
        engine=recogniser.name if recogniser else None,
        warnings=(*dict.fromkeys(warnings), *collector.warnings),
    )


def _recognised(page: pdf.PdfPage, dpi: int, recogniser: Recogniser, warnings: list[str]) -> str:
    if recogniser.room <= 0:
        warnings.append("More pages without text than read.ocr_max_pages allows were left out.")
        return ""
    try:
        return recogniser.text(page.number, lambda: page.pixels(dpi))
    except DamagedDocument as error:
        warnings.append(str(error))
        return ""


def read_image(path: Path, limit: int, recogniser: Recogniser) -> Content:
    """The text of an image's pages, where they hold any."""
    collector = TextCollector(limit)
    warnings: list[str] = []
    try:
        for number, frame in enumerate(pixels.frames(path, recogniser.room), 1):
            text = recogniser.text(number, lambda frame=frame: frame)  # type: ignore[misc]  # a default binds the loop's value
            if text and not collector.add(text + "\n\n"):
                break
    except DamagedDocument as error:
        warnings.append(str(error))
    return Content(
        text=collector.text.strip(),
        engine=recogniser.name,
        warnings=(*warnings, *collector.warnings),
    )
