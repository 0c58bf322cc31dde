"""The text of pages that are pixels, and of PDFs, whose pages may be either."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

import numpy as np
from msgspec.structs import replace

from schedulerx.documents import pdf, pdf_parts
from schedulerx.documents.content import Content, TextCollector
from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.ocr.engine import DocumentEngine, OcrEngine, Page, Pixels
from schedulerx.documents.ocr.gate import LOOK_SIDE, may_hold_text, shows_lines
from schedulerx.documents.pdf_subset import subset
from schedulerx.documents.pixels import frames, grey


class PageCache(Protocol):
    """Pages of one content that were recognised before, and of others that look the same."""

    def get(self, number: int) -> Page | None:
        """The page, where it was."""

    def put(self, number: int, page: Page) -> None:
        """Keeps a page."""

    def drawn(self, digest: str) -> Page | None:
        """The page of any content whose pixels have this digest, where it was recognised."""

    def once(self, digest: str, recognise: Callable[[], Page]) -> Page:
        """The page of the pixels with this digest: recognised, and kept, where nobody did yet."""


class Recogniser:
    """Recognises the pages of one file, each content once; at most `limit` of them, and no new one
    after `seconds` from when it was made. `warnings` tell what was left out.
    """

    def __init__(
        self,
        engine: Callable[[], OcrEngine],
        cache: PageCache,
        limit: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        reads_ahead: bool = False,
    ) -> None:
        self.reads_ahead = reads_ahead  # whole PDFs, where the engine takes them
        self._engine = engine
        self._cache = cache
        self.room = limit
        self.name: str | None = None
        self._seconds = seconds
        self._clock = clock
        self._end = clock() + seconds
        self._seen = self._late = self._over = 0  # pages recognised, out of time, over the limit

    def text(
        self, number: int, draw: Callable[[], Pixels], *, sure: bool, dpi: float | None = None
    ) -> str:
        """The text of a page, none where it is left out; `draw` gives its pixels (`dpi` to the
        inch) where it was not recognised before. `sure` says that it is a page; otherwise a look
        decides whether it holds text at all.

        Raises:
            DamagedDocument: the pixels cannot be had.
        """
        if self.room <= 0:
            self._over += 1
            return ""
        page = self._cache.get(number)
        if page is None and self._clock() >= self._end:
            self._late += 1
            return ""
        page = page or self._recognised(number, draw(), dpi, sure=sure)
        self._seen += 1
        if page is None:
            return ""
        self.room -= 1
        self.name = page.engine
        return page.text

    def read_ahead(
        self, path: Path, wanted: Sequence[tuple[int, int, int, float]], passwords: Iterable[str]
    ) -> None:
        """Has an engine that takes PDFs read all pages at once that are not known yet: of each its
        number, its width and height in pixels, and the dots per inch those are for.

        Raises:
            DamagedDocument: the document does not open, or is refused.
        """
        new = [page for page in wanted if self._cache.get(page[0]) is None][: self.room]
        if not new:
            return
        engine = self._engine()
        if isinstance(engine, DocumentEngine) and engine.takes_pdf:
            part = subset(path, [number for number, *_ in new], passwords)
            pages = engine.recognise_pdf(part, [(width, height) for _, width, height, _ in new])
            for (number, _, _, dpi), page in zip(new, pages, strict=True):
                self._cache.put(number, replace(page, dpi=dpi))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was left out, and which setting takes it in."""
        told = []
        if self._over:
            told.append("More pages without text than read.ocr_max_pages allows were left out.")
        if self._late:
            told.append(
                f"Recognised {self._seen} of {self._seen + self._late} pages within "
                f"{self._seconds:g} seconds; raise read.ocr_seconds and limit_s for the others."
            )
        return tuple(told)

    def _recognised(
        self, number: int, drawn: Pixels, dpi: float | None, *, sure: bool
    ) -> Page | None:
        digest = digest_of(drawn)
        page = self._cache.drawn(digest)
        if page is None:
            if not sure and not self._holds_text(drawn):
                return None
            page = self._cache.once(digest, lambda: self._engine().recognise(drawn))
        page = replace(page, dpi=dpi)
        self._cache.put(number, page)
        return page

    def _holds_text(self, drawn: Pixels) -> bool:
        """Asks the engine only where a cheap look leaves it open: most photos never load it."""
        return may_hold_text(grey(drawn, LOOK_SIDE)) and shows_lines(drawn, self._engine())


def digest_of(pixels: Pixels) -> str:
    """Equal for equal images: BLAKE2b of their size and their bytes, 256 bits in hexadecimal."""
    whole = blake2b(repr(pixels.shape).encode(), digest_size=32)
    whole.update(np.ascontiguousarray(pixels).data)
    return whole.hexdigest()


def read_pdf(
    path: Path,
    limit: int,
    dpi: int,
    recogniser: Recogniser | None,
    passwords: tuple[str, ...] = (),
) -> Content:
    """The text layer page by page, then what lies beside the pages; pages without a layer, or with
    one that nobody can read, are recognised where there is an engine.
    """
    collector = TextCollector(limit)
    warnings: list[str] = []
    has_layer = False
    try:
        if recogniser is not None and recogniser.reads_ahead:
            recogniser.read_ahead(path, _wanted(path, dpi, passwords), passwords)
        for page in pdf.pages(path, warnings, passwords):
            has_layer = has_layer or page.has_text
            text = _text_of(page, dpi, recogniser, warnings)
            if not collector.add(text.rstrip() + "\n\n"):
                break
        collector.extend(pdf_parts.lines(path, passwords))
    except DamagedDocument as error:
        warnings.append(str(error))
    warnings += recogniser.warnings if recogniser else ()
    return Content(
        text=collector.text.strip(),
        has_text_layer=has_layer,
        engine=recogniser.name if recogniser else None,
        warnings=(*dict.fromkeys(warnings), *collector.warnings),
    )


def _wanted(path: Path, dpi: int, passwords: tuple[str, ...]) -> list[tuple[int, int, int, float]]:
    """The pages to recognise, as `Recogniser.read_ahead` wants them."""
    return [
        (page.number, *page.size_at(dpi), page.drawn_at(dpi))
        for page in pdf.pages(path, [], passwords)
        if not page.is_blank and (not page.has_text or page.is_garbled)
    ]


def _text_of(page: pdf.PdfPage, dpi: int, recogniser: Recogniser | None, told: list[str]) -> str:
    garbled = page.has_text and page.is_garbled
    if garbled:
        told.append(f"The text layer of page {page.number} is broken: its letters have no meaning.")
    if recogniser is None or page.is_blank or (page.has_text and not garbled):
        return page.text
    recognised = _recognised(page, dpi, recogniser, told)
    return recognised or page.text if garbled else page.text + recognised


def _recognised(page: pdf.PdfPage, dpi: int, recogniser: Recogniser, warnings: list[str]) -> str:
    try:
        drawn_at = page.drawn_at(dpi)
        return recogniser.text(page.number, lambda: page.pixels(dpi), sure=True, dpi=drawn_at)
    except DamagedDocument as error:
        warnings.append(str(error))
        return ""


def read_image(
    path: Path, limit: int, recogniser: Recogniser, look: Pixels | None = None
) -> Content | None:
    """The text of an image's pages; None where it holds none. `look` is the only page in grey at
    the gate's size, where it is at hand: most images are not decoded here at all.
    """
    if look is not None and not may_hold_text(look):
        return None
    collector = TextCollector(limit)
    warnings: list[str] = []
    try:
        for number, frame in enumerate(frames(path, recogniser.room), 1):
            text = recogniser.text(number, partial(_same, frame), sure=False)
            if text and not collector.add(text + "\n\n"):
                break
    except DamagedDocument as error:
        warnings.append(str(error))
    warnings += recogniser.warnings
    if not (collector.text or warnings):
        return None
    return Content(
        text=collector.text.strip(),
        engine=recogniser.name,
        warnings=(*warnings, *collector.warnings),
    )


def _same(pixels: Pixels) -> Pixels:
    return pixels
