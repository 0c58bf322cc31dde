"""Any engine, for pages that came in askew, upside down or on their side."""

from __future__ import annotations

from collections.abc import Iterator

from schedulerx.documents.ocr.doubt import LEVEL, POOR, doubt, overlooked, slope, stands
from schedulerx.documents.ocr.engine import OcrEngine, Page, Pixels
from schedulerx.documents.ocr.paper import on_white
from schedulerx.documents.ocr.turning import lie, turned, turned_back


class UprightEngine:
    """Reads a page as it came, and turned where that tells or suggests that it lies otherwise."""

    def __init__(self, engine: OcrEngine) -> None:
        self._engine = engine
        self.name = engine.name

    def recognise(self, pixels: Pixels) -> Page:
        """The text of an RGB image, turned so that it makes most sense."""
        page = best = self._engine.recognise(pixels)
        least = _poorness(page, pixels)
        if least < POOR and _is_level(page):
            return page
        height, width = pixels.shape[:2]
        for degrees in _turns(page, pixels, least):
            drawn = turned(pixels, degrees)
            found = self._engine.recognise(drawn)
            poorness = _poorness(found, drawn)
            if poorness < max(least, POOR) and _is_level(found):
                best, least = turned_back(found, degrees, width, height), poorness
            if least < POOR:
                break
        return best

    def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
        """Width and height in pixels of every box that holds text."""
        return self._engine.detect(pixels)


def _poorness(page: Page, pixels: Pixels) -> float:
    left_out = overlooked(page, on_white(pixels))
    return max(doubt(page), left_out) if page.lines or left_out else 0.0


def _is_level(page: Page) -> bool:
    return not stands(page) and abs(slope(page)) <= LEVEL


def _turns(page: Page, pixels: Pixels, poorness: float) -> Iterator[float]:
    """Degrees clockwise that may set a page upright, likely ones first."""
    if poorness < POOR and not stands(page):
        yield -slope(page)
        return
    standing, skew = lie(on_white(pixels))
    skew = skew if abs(skew) > LEVEL else 0.0
    if standing or stands(page):
        # Lines on end that make sense were read from bottom to top.
        yield from (90 - skew, 270 - skew) if poorness >= POOR else (270 - skew, 90 - skew)
    else:
        yield from (-skew, 180 - skew) if skew else (180.0,)
