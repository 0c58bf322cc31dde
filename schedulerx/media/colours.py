"""Colours as they are to be shown: 8-bit sRGB."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

_WHITE = (255, 255, 255)
_SIXTEEN_BITS = 65_535
# The colour space that a profile must be of, by the mode of the picture it comes with.
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
_LEVELS = (0, 36, 73, 109, 146, 182, 219, 255)
_SAME = 2  # levels of difference that nobody sees: a profile that moves no colour more is sRGB's
_BROKEN = (ImageCms.PyCMSError, OSError, ValueError, TypeError)


def needs_conversion(profile: bytes | None) -> bool:
    """Whether a profile is there, and shows colours otherwise than sRGB does."""
    return bool(profile) and not _is_srgb(profile or b"")


@lru_cache(maxsize=64)
def _is_srgb(profile: bytes) -> bool:
    """By what it does to colours; many names say sRGB, of profiles that are not."""
    transform = _transform(profile, "RGB")
    if transform is None:
        return False
    grid = np.stack(np.meshgrid(_LEVELS, _LEVELS, _LEVELS), axis=-1).astype(np.uint8)
    colours = Image.fromarray(grid.reshape(1, -1, 3))
    shown = np.asarray(transform.apply(colours), dtype=np.int16)
    return bool(np.abs(shown - np.asarray(colours, dtype=np.int16)).max() <= _SAME)


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """To sRGB, by relative colours, so that grey stays grey; None where the profile is broken or
    of another colour space.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACES[mode]:
            return None
        return ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except _BROKEN:
        return None


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture converted from its colour profile; as it is where that is none or broken."""
    if not profile or not needs_conversion(profile):
        return image
    if image.mode == "RGBA":
        colours = in_srgb(image.convert("RGB"), profile)
        colours.putalpha(image.getchannel("A"))
        return colours
    transform = _transform(profile, image.mode) if image.mode in _SPACES else None
    if transform is None:
        return image
    try:
        return transform.apply(image)
    except _BROKEN:
        return image


def layered(image: Image.Image) -> Image.Image:
    """Whatever Pillow decodes in the modes RGB, RGBA, L and CMYK."""
    if image.mode in {"RGB", "CMYK", "L"} and not image.has_transparency_data:
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bit(image)
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def flattened(image: Image.Image) -> Image.Image:
    """The picture as 8-bit RGB: transparency over white, deeper pixels scaled down."""
    plain = layered(image)
    if plain.mode != "RGBA":
        return plain if plain.mode == "RGB" else plain.convert("RGB")
    canvas = Image.new("RGB", plain.size, _WHITE)
    canvas.paste(plain, mask=plain.getchannel("A"))
    return canvas


def _eight_bit(image: Image.Image) -> Image.Image:
    """Deeper pixels scaled down to eight bits; a plain conversion would clip them."""
    values = np.asarray(image, dtype=np.float32)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if low >= 0 and 255 < high <= _SIXTEEN_BITS:
        values *= 255 / _SIXTEEN_BITS
    elif low < 0 or high > _SIXTEEN_BITS or image.mode == "F":
        values = (values - low) * (255 / max(high - low, 1e-9))
    return Image.fromarray(np.nan_to_num(values).clip(0, 255).astype(np.uint8), "L")
