"""What an OCR engine is, and what it returns."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec
import numpy as np

PAGES_VERSION = 1  # of how pages are drawn and kept; another one recognises them again

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
Point = tuple[float, float]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of text. `box` in pixels: top left, top right, bottom right, bottom left."""

    text: str
    box: tuple[Point, Point, Point, Point]
    confidence: float  # 0 to 1


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A recognised page; lines in reading order. `width` and `height` in pixels."""

    width: int
    height: int
    engine: str
    lines: tuple[Line, ...] = ()

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
