"""Two engines as one: the fast one reads every page, the strong one those it is unsure of."""

from __future__ import annotations

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
from schedulerx.documents.ocr.paper import on_white


class RoutedEngine:
    """`fast` first; `strong` where that page is doubtful. The page names who read it."""

    def __init__(self, fast: OcrEngine, strong: OcrEngine) -> None:
        self._fast = fast
        self._strong = strong
        self.name = f"{fast.name}+{strong.name}"

    def recognise(self, pixels: Pixels) -> Page:
        """The text of an RGB image."""
        try:
            page = self._fast.recognise(pixels)
        except DamagedDocument:  # it found no end; the other does not search the same way
            return self._strong.recognise(pixels)
        return page if is_sure(page, pixels) else self._strong.recognise(pixels)

    def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
        """Width and height in pixels of every box that holds text, as the strong one sees it: the
        gate's thresholds were measured with its detector.
        """
        return self._strong.detect(pixels)


def is_sure(page: Page, pixels: Pixels) -> bool:
    """Whether a page needs no second reader: nearly all words are sure, the lines run level, and
    what looks like text was read.
    """
    if doubt(page) > DOUBTED or stands(page) or abs(slope(page)) > LEVEL:
        return False
    return overlooked(page, on_white(pixels)) <= LEFT_OUT
