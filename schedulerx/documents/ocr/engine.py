"""What an OCR engine is, and what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import msgspec
import numpy as np

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A word. `box` in pixels of its page: top left, top right, bottom right, bottom left."""

    text: str
    box: Corners
    confidence: float  # 0 to 1


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of text, its words from left to right. `box` as of words."""

    text: str
    box: Corners
    confidence: float  # 0 to 1
    words: tuple[Word, ...] = ()


class Page(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A recognised page; lines in reading order. `width` and `height` in pixels, at `dpi` where
    it was drawn from something that has a size on paper. `turned` is how far, in degrees clockwise,
    it had to be turned to be read; boxes are those of the page as it came.
    """

    width: int
    height: int
    engine: str
    lines: tuple[Line, ...] = ()
    dpi: float | None = None
    turned: float = 0.0

    @property
    def text(self) -> str:
        """The lines, one under the other."""
        return "\n".join(line.text for line in self.lines)


class OcrEngine(Protocol):
    """An engine. One instance a process; not shared between threads."""

    name: str  # and version, as records state it

    def recognise(self, pixels: Pixels) -> Page:
        """The text of an RGB image, rows of uint8."""

    def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
        """Width and height in pixels of every box that holds text; nothing is read."""


@runtime_checkable
class DocumentEngine(Protocol):
    """An engine that reads whole PDFs."""

    takes_pdf: bool

    def recognise_pdf(self, pdf: bytes, sizes: Sequence[tuple[int, int]]) -> list[Page]:
        """The text of a PDF's pages, whose sizes in pixels are to be these."""


def upright(left: float, top: float, right: float, bottom: float) -> Corners:
    """The corners of a box that stands upright."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))
