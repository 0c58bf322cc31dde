"""Made-up pictures that look like something: smooth shapes, the same for the same number."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def scene(number: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture of soft blobs over slopes, unlike that of any other number."""
    rng = np.random.default_rng(number)
    coarse = rng.integers(0, 256, (7, 9, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)


def jpeg(image: Image.Image, quality: int = 85) -> bytes:
    """The picture as JPEG."""
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def cropped(image: Image.Image, each_side: float) -> Image.Image:
    """The picture without a share of its width and height at each side."""
    width, height = image.size
    across, down = int(width * each_side), int(height * each_side)
    return image.crop((across, down, width - across, height - down))
