"""What renditions are made of: a picture as it is to be shown, upright, in sRGB."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from PIL import Image

Box = tuple[float, float, float, float]
Size = tuple[int, int]
Pixels = np.ndarray[Any, np.dtype[np.uint8]]


class Shown(Protocol):
    """Everything made of it is a new one."""

    @property
    def size(self) -> Size:
        """Width and height."""

    @property
    def original(self) -> Size:
        """Width and height of the picture as it was before it was scaled."""

    @property
    def is_transparent(self) -> bool:
        """Whether something would shine through."""

    def part(self, box: Box, size: Size) -> Shown:
        """What lies in the box (left, top, right, bottom), scaled to a size."""

    def grey(self, side: int) -> Pixels:
        """In grey, fitted into a square of `side` pixels."""

    def image(self) -> Image.Image:
        """As RGB, or as RGBA where it is transparent."""

    def jpeg(self, quality: int) -> bytes:
        """A baseline JPEG; of a picture that is not transparent."""
