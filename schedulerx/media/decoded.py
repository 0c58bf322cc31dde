"""A picture file decoded once: whether it is whole, and what it shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Protocol

from schedulerx.media.shown import Shown, Size
from schedulerx.model.findings import Findings


class Base(Protocol):
    """The size that a picture is to be kept at."""

    @property
    def exact(self) -> bool:
        """Whether every pixel counts, and transparency; what a JPEG file shows is never exact."""

    def __call__(self, width: int, height: int) -> Size:
        """By the picture's own width and height; both upright."""


class Decoded:
    """`findings` of the decode; `draw` gives the picture at its base size, when it is asked for."""

    def __init__(self, findings: Findings, draw: Callable[[], Shown | None]) -> None:
        self.findings = findings
        self._draw = draw

    @cached_property
    def picture(self) -> Shown | None:
        """Upright, in sRGB, at its base size; None where the file holds none.

        Raises:
            OSError, ValueError, SyntaxError: no picture can be salvaged of a damaged file.
        """
        return self._draw()
