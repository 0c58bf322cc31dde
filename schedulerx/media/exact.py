"""A picture pixel by pixel, transparency included: for drawings, and formats that lose nothing."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from schedulerx.media.shown import Box, Pixels, Size

# Sharp enough for the last step down from a decoder's scale, at half the price of bicubic.
_FILTER = Image.Resampling.HAMMING
_LARGER = Image.Resampling.BICUBIC


class Exact:
    """A `Shown` of RGB or RGBA pixels; those of an opaque RGBA image are held as RGB."""

    def __init__(self, image: Image.Image, original: Size | None = None) -> None:
        is_opaque = image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255)
        self._image = image.convert("RGB") if is_opaque else image
        self._original = original or image.size

    @property
    def size(self) -> Size:
        """See `Shown`."""
        return self._image.size

    @property
    def original(self) -> Size:
        """See `Shown`."""
        return self._original

    @property
    def is_transparent(self) -> bool:
        """See `Shown`."""
        return self._image.mode == "RGBA"

    def part(self, box: Box, size: Size) -> Exact:
        """See `Shown`. Transparent pixels lend no colour to their neighbours."""
        if size == self.size and box == (0, 0, *size):
            return self
        how = _LARGER if size[0] > box[2] - box[0] else _FILTER
        return Exact(self._image.resize(size, how, box=box, reducing_gap=2.0))

    def grey(self, side: int) -> Pixels:
        """See `Shown`. Transparency is laid over white."""
        small = self._image.copy()
        small.thumbnail((side, side), _FILTER)
        white = Image.new("RGB", small.size, "white")
        white.paste(small, mask=small if self.is_transparent else None)
        return np.asarray(white.convert("L"))

    def image(self) -> Image.Image:
        """See `Shown`."""
        return self._image

    def jpeg(self, quality: int) -> bytes:
        """See `Shown`."""
        out = io.BytesIO()
        self._image.save(out, "JPEG", quality=quality)
        return out.getvalue()
