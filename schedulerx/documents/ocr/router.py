"""Two engines as one: the fast one reads print, the strong one the words it is unsure of there, and
whole pages that are faint, askew or otherwise beyond the fast one.
"""

from __future__ import annotations

from typing import Protocol

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.ocr.doubt import (
    DOUBTED,
    LEFT_OUT,
    LEVEL,
    doubt,
    overlooked,
    slope,
    stands,
)
from schedulerx.documents.ocr.engine import OcrEngine, Page, Pixels
from schedulerx.documents.ocr.mending import mended, without_stains
from schedulerx.documents.ocr.paper import grey, is_faint, on_white
from schedulerx.documents.ocr.quiet import quieted
from schedulerx.documents.ocr.reader import LineReader


class Drafter(Protocol):
    """A fast engine that tells what it is unsure of."""

    name: str  # and version, as records state it

    def draft(self, white: Pixels) -> Page:
        """The text of a page on white paper, with words that are hardly words."""


class RoutedEngine:
    """`strong` for faint pages, and for those beyond `fast`; else `fast`, and `reader` for words it
    is unsure of. The page names who read it.
    """

    def __init__(self, fast: Drafter, strong: OcrEngine, reader: LineReader) -> None:
        self._fast = fast
        self._strong = strong
        self._reader = reader
        self.name = f"{fast.name}+{strong.name}"

    def recognise(self, pixels: Pixels) -> Page:
        """The text of an RGB image."""
        shades = quieted(grey(pixels))
        white = on_white(shades)
        if is_faint(white):
            return self._strong.recognise(pixels)
        try:
            page = self._fast.draft(white)
        except DamagedDocument:  # it found no end; the other does not search the same way
            return self._strong.recognise(pixels)
        if not is_sure(without_stains(page), white):
            return self._strong.recognise(pixels)
        return mended(page, shades, self._reader, self.name)

    def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
        """Width and height in pixels of every box that holds text, as the strong one sees it: the
        gate's thresholds were measured with its detector.
        """
        return self._strong.detect(pixels)


def is_sure(page: Page, white: Pixels) -> bool:
    """Whether a page can be left to its reader, but for some words: most are sure, the lines run
    level, and what looks like text was read. `white` as by `on_white`.
    """
    if doubt(page) > DOUBTED or stands(page) or abs(slope(page)) > LEVEL:
        return False
    return overlooked(page, white) <= LEFT_OUT
