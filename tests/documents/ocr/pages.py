"""Pages as engines return them, and engines that return them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from schedulerx.documents.ocr.engine import Line, Page, Pixels, Word, upright
from schedulerx.documents.ocr.reader import Reading

PANGRAMS = (
    "The quick brown fox jumps over the lazy dog",
    "Pack my box with five dozen liquor jugs",
    "Sphinx of black quartz, judge my vow",
    "How vexingly quick daft zebras jump",
    "Jackdaws love my big sphinx of quartz",
    "We promptly judged antique ivory buckles",
)


def drawn(lines: Sequence[str] = PANGRAMS, size: int = 26) -> Pixels:
    """A page with these lines in print."""
    image = Image.new("RGB", (800, 100 + 60 * len(lines)), (244, 242, 236))
    draw = ImageDraw.Draw(image)
    for row, text in enumerate(lines):
        draw.text((60, 50 + 60 * row), text, fill=(20, 20, 30), font=ImageFont.load_default(size))
    return np.asarray(image)


def page(
    lines: Sequence[str], confidence: float = 1.0, engine: str = "fake/1", *, standing: bool = False
) -> Page:
    """A page with these lines one under the other, or on end beside each other."""
    found = [_line(text, row, confidence, standing=standing) for row, text in enumerate(lines)]
    return Page(width=800, height=400, engine=engine, lines=tuple(found))


def _line(text: str, row: int, confidence: float, *, standing: bool) -> Line:
    words: list[Word] = []
    left = 0.0
    for token in text.split():
        along, across = (left, left + 10 * len(token)), (30 * row, 30 * row + 20)
        (x, far_x), (y, far_y) = (across, along) if standing else (along, across)
        words.append(Word(text=token, box=upright(x, y, far_x, far_y), confidence=confidence))
        left += 10 * len(token) + 10
    (x, y), (far_x, far_y) = words[0].box[0], words[-1].box[2]
    return Line(
        text=text, box=upright(x, y, far_x, far_y), confidence=confidence, words=tuple(words)
    )


class Answers:
    """An engine that gives these pages in turn, the last one again and again."""

    def __init__(self, *pages: Page) -> None:
        self.name = pages[0].engine
        self._pages = list(pages)
        self.seen: list[Pixels] = []

    def recognise(self, pixels: Pixels) -> Page:
        self.seen.append(pixels)
        return self._pages.pop(0) if len(self._pages) > 1 else self._pages[0]

    def draft(self, white: Pixels) -> Page:
        return self.recognise(white)

    def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
        return [(float(pixels.shape[1]), 20.0)]


class Reads:
    """A reader of lines that finds this text in each, and is so sure of its letters."""

    def __init__(self, text: str, sure: float = 0.99) -> None:
        self._reading = Reading(
            text=text,
            places=tuple((at + 0.5) / len(text) for at in range(len(text))),
            sure=(sure,) * len(text),
        )
        self.seen: list[Pixels] = []

    def read(self, strip: Pixels, squeeze: float = 1.0) -> Reading:
        self.seen.append(strip)
        return self._reading
