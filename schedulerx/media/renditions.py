"""Derived pictures: decoded once, scaled down in the decoder, upright, RGB, without metadata."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from schedulerx.media.complaints import complaints
from schedulerx.media.exif import parse_exif
from schedulerx.media.pictures import opened

_WHITE = (255, 255, 255)
_SIXTEEN_BITS = 65_535
# Modes that scale before they are flattened, so that only a small picture is converted.
_SCALABLE = frozenset({"L", "RGB", "CMYK", "YCbCr"})


def fitted(width: int, height: int, size: int) -> tuple[int, int]:
    """The size of a picture fitted into a square, never enlarged; at least one pixel."""
    scale = min(1.0, size / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def upright(
    source: Path | BinaryIO, size: int, max_pixels: int, orientation: int | None = None
) -> Image.Image:
    """The picture in RGB, its orientation applied, fitted into a square of `size` pixels.

    What is there of a damaged picture is shown. `orientation` is for pictures that carry none.
    """
    with complaints(), opened(source, max_pixels, lenient=True) as image:
        image.draft("RGB", fitted(*image.size, size))
        image.load()
        turned = _turned(image, orientation)
        small = (
            turned.resize(fitted(*turned.size, size), Image.Resampling.BICUBIC, reducing_gap=1.0)
            if turned.mode in _SCALABLE
            else turned
        )
        flat = flattened(small)
    return flat.resize(fitted(*flat.size, size), Image.Resampling.BICUBIC, reducing_gap=1.0)


# What puts a picture upright that was stored in this EXIF orientation.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _turned(image: Image.Image, orientation: int | None) -> Image.Image:
    """The picture upright. HEIF and TIFF are so when Pillow has decoded them."""
    turn = _TURNS.get(orientation or parse_exif(image.info.get("exif")).orientation or 1)
    return image if turn is None else image.transpose(turn)


def flattened(image: Image.Image) -> Image.Image:
    """The picture as 8-bit RGB: transparency over white, other colour spaces converted."""
    if image.mode == "RGB":
        return image
    if image.mode.startswith("I") or image.mode == "F":
        image = _eight_bit(image)
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        canvas = Image.new("RGB", image.size, _WHITE)
        canvas.paste(layered, mask=layered.getchannel("A"))
        return canvas
    return image.convert("RGB")


def _eight_bit(image: Image.Image) -> Image.Image:
    """Deeper pixels scaled down to eight bits; a plain conversion would clip them."""
    values = np.asarray(image, dtype=np.float32)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if low >= 0 and 255 < high <= _SIXTEEN_BITS:
        values = values * (255 / _SIXTEEN_BITS)
    elif low < 0 or high > _SIXTEEN_BITS or image.mode == "F":
        values = (values - low) * (255 / max(high - low, 1e-9))
    return Image.fromarray(np.nan_to_num(values).clip(0, 255).astype(np.uint8), "L")


def encoded(image: Image.Image, quality: int) -> bytes:
    """A baseline JPEG, the same bytes for the same pixels."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=False)
    return out.getvalue()
