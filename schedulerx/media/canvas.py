"""From what Pillow decoded to a picture: reduced, then converted, so that little is converted."""

from __future__ import annotations

import numpy as np
from PIL import Image

from schedulerx.media.colours import flattened, in_srgb
from schedulerx.media.decoded import Base
from schedulerx.media.exif import parse_exif
from schedulerx.media.picture import Picture, is_turned

# Modes that Pillow scales with their meaning kept: transparency weighs, palettes do not mix.
_SCALABLE = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})
_SPARE = 2  # is left of each side, so that the last step down decides the quality


def stored_base(size: tuple[int, int], base: Base, orientation: int | None) -> tuple[int, int]:
    """The base size of a picture as it is stored, before it is turned upright."""
    if not is_turned(orientation):
        return base(*size)
    height, width = base(size[1], size[0])
    return width, height


def picture_of(image: Image.Image, base: Base, orientation: int | None = None) -> Picture:
    """A loaded image at its base size. `orientation` is for images that carry none."""
    turn = orientation or parse_exif(image.info.get("exif")).orientation
    width, height = stored_base(image.size, base, turn)
    factor = min(image.width // (_SPARE * width), image.height // (_SPARE * height))
    small = image.reduce(factor) if factor > 1 and image.mode in _SCALABLE else image
    shown = flattened(in_srgb(small, image.info.get("icc_profile")))
    return Picture.of(np.asarray(shown), width, height, turn)
