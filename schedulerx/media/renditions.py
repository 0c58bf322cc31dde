"""Derived pictures: decoded once, scaled down in the decoder, upright, sRGB, without metadata."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

import numpy as np
import simplejpeg
from PIL import Image, ImageCms

from schedulerx.formats.mapped import mapped
from schedulerx.media.complaints import complaints
from schedulerx.media.exif import parse_exif
from schedulerx.media.pictures import opened

_WHITE = (255, 255, 255)
_SIXTEEN_BITS = 65_535
# Sharp enough for the last step down from a decoder's scale, at half the price of bicubic.
_FILTER = Image.Resampling.HAMMING
# Modes that scale before they are flattened, so that only a small picture is converted.
_SCALABLE = frozenset({"L", "RGB", "CMYK", "YCbCr"})
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


def fitted(width: int, height: int, size: int) -> tuple[int, int]:
    """The size of a picture fitted into a square, never enlarged; at least one pixel."""
    scale = min(1.0, size / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def shrunk(image: Image.Image, size: int) -> Image.Image:
    """The picture fitted into a square of `size` pixels."""
    wanted = fitted(*image.size, size)
    return image if image.size == wanted else image.resize(wanted, _FILTER, reducing_gap=2.0)


def upright(
    source: Path | BinaryIO, size: int, max_pixels: int, orientation: int | None = None
) -> Image.Image:
    """The picture in sRGB, its orientation applied, fitted into a square of `size` pixels.

    What is there of a damaged picture is shown. `orientation` is for pictures that carry none.
    """
    with complaints(), opened(source, max_pixels, lenient=True) as image:
        decoded = _decoded(image, source, size)
        small = shrunk(decoded, size) if decoded.mode in _SCALABLE else decoded
        colours = flattened(_in_srgb(small, image.info.get("icc_profile")))
        turn = _TURNS.get(orientation or parse_exif(image.info.get("exif")).orientation or 1)
    turned = colours if turn is None else colours.transpose(turn)
    return shrunk(turned, size)


def _decoded(image: Image.Image, source: Path | BinaryIO, size: int) -> Image.Image:
    """The pixels, of JPEG at the smallest scale that covers the size wanted.

    HEIF and TIFF are upright when Pillow has decoded them.
    """
    width, height = fitted(*image.size, size)
    if image.format in {"JPEG", "MPO"} and image.mode == "RGB" and isinstance(source, Path):
        try:
            return _scaled(source, width, height)
        except ValueError:  # a kind that only Pillow reads
            pass
    image.draft(image.mode, (width, height))
    image.load()
    return image


def _scaled(path: Path, width: int, height: int) -> Image.Image:
    """A JPEG picture at one of libjpeg-turbo's sixteen scales, of which Pillow knows four."""
    with mapped(path) as data:
        pixels = simplejpeg.decode_jpeg(
            data, "RGB", min_width=width, min_height=height, min_factor=1, strict=False
        )
    return Image.fromarray(pixels)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture converted from its colour profile; as it is where that is none or broken."""
    if not profile or image.mode not in {"RGB", "CMYK", "L"} or b"sRGB" in profile:
        return image
    try:
        converted = ImageCms.profileToProfile(
            image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return converted or image


def flattened(image: Image.Image) -> Image.Image:
    """The picture as 8-bit RGB: transparency over white, deeper pixels scaled down."""
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
        values *= 255 / _SIXTEEN_BITS
    elif low < 0 or high > _SIXTEEN_BITS or image.mode == "F":
        values = (values - low) * (255 / max(high - low, 1e-9))
    return Image.fromarray(np.nan_to_num(values).clip(0, 255).astype(np.uint8), "L")


def encoded(image: Image.Image, quality: int) -> bytes:
    """A baseline JPEG, the same bytes for the same pixels."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
