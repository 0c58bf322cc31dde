"""A decoded frame as it is to be shown: square pixels, turned as the display matrix says."""

from __future__ import annotations

from fractions import Fraction

import av
from PIL import Image

from schedulerx.media.geometry import fitted

_ODDEST = Fraction(16)  # a pixel this much wider than high, or higher than wide, is no pixel


def shown_size(width: int, height: int, pixel: Fraction | None) -> tuple[int, int]:
    """Width and height in square pixels; never smaller than stored. `pixel` is its shape."""
    if pixel is None or pixel == 1 or not 1 / _ODDEST <= pixel <= _ODDEST:
        return width, height
    if pixel > 1:
        return round(width * pixel), height
    return width, round(height / pixel)


def upright(frame: av.VideoFrame, size: int, pixel: Fraction | None = None) -> Image.Image:
    """RGB, fitted into a square of `size` pixels: scaled while it is converted, then turned."""
    width, height = fitted(*shown_size(frame.width, frame.height, pixel), size)
    small = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
    image = Image.fromarray(small.to_ndarray())
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image
