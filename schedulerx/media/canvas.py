"""From what Pillow decoded to a picture: reduced, then converted, so that little is converted."""

from __future__ import annotations

import numpy as np
from PIL import Image

from schedulerx.media.colours import flattened, in_srgb, layered
from schedulerx.media.decoded import Base
from schedulerx.media.exact import Exact
from schedulerx.media.exif import parse_exif
from schedulerx.media.picture import Picture, is_turned
from schedulerx.media.shown import Shown, Size

# Modes that Pillow scales with their meaning kept: transparency weighs, palettes do not mix.
_SCALABLE = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})
_SPARE = 2  # is left of each side, so that the last step down decides the quality
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


def stored_base(size: Size, base: Base, orientation: int | None) -> Size:
    """The base size of a picture as it is stored, before it is turned upright."""
    if not is_turned(orientation):
        return base(*size)
    height, width = base(size[1], size[0])
    return width, height


def picture_of(image: Image.Image, base: Base, orientation: int | None = None) -> Shown:
    """A loaded image at its base size. `orientation` is for images that carry none."""
    turn = orientation or parse_exif(image.info.get("exif")).orientation
    width, height = stored_base(image.size, base, turn)
    factor = min(image.width // (_SPARE * width), image.height // (_SPARE * height))
    small = image.reduce(factor) if factor > 1 and image.mode in _SCALABLE else image
    colours = in_srgb(layered(small), image.info.get("icc_profile"))
    if base.exact:
        return _exact(colours, (width, height), turn, image.size)
    return Picture.of(np.asarray(flattened(colours)), width, height, turn, image.size)


def _exact(image: Image.Image, size: Size, turn: int | None, stored: Size) -> Exact:
    plain = image if image.mode == "RGBA" else image.convert("RGB")
    sized = Exact(plain).part((0, 0, *plain.size), size).image()
    upright = sized.transpose(_TURNS[turn]) if turn in _TURNS else sized
    return Exact(upright, (stored[1], stored[0]) if is_turned(turn) else stored)
