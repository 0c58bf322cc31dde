"""Colours as they are to be shown: 8-bit sRGB, without transparency."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

_WHITE = (255, 255, 255)
_SIXTEEN_BITS = 65_535
_CONVERTIBLE = frozenset({"RGB", "CMYK", "L"})


def needs_conversion(profile: bytes | None) -> bool:
    """Whether a profile is there and not sRGB's own."""
    return bool(profile) and b"sRGB" not in (profile or b"")


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture converted from its colour profile; as it is where that is none or broken."""
    if not profile or not needs_conversion(profile) or image.mode not in _CONVERTIBLE:
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
