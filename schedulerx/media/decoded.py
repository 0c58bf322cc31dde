"""A picture file decoded once: whether it is whole, and what it shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from schedulerx.media.picture import Picture
from schedulerx.model.findings import Findings

# The size that a picture of this width and height is to be kept at, both upright.
Base = Callable[[int, int], tuple[int, int]]


class Decoded:
    """`findings` of the decode; `draw` gives the picture at its base size, when it is asked for."""

    def __init__(self, findings: Findings, draw: Callable[[], Picture | None]) -> None:
        self.findings = findings
        self._draw = draw

    @cached_property
    def picture(self) -> Picture | None:
        """Upright, in sRGB, at its base size; None where the file holds none.

        Raises:
            OSError, ValueError, SyntaxError: no picture can be salvaged of a damaged file.
        """
        return self._draw()
