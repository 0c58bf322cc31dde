"""The look of a picture, from a small rendition of it. `perceptual` itself needs no decoder."""

from __future__ import annotations

import io

import numpy as np
import simplejpeg
from PIL import Image

from schedulerx.media.colours import flattened
from schedulerx.media.perceptual import SIDE, hashes
from schedulerx.model.record import Look

_SMALLEST = 16  # pixels: below, there is nothing to compare
_FLAT = 4.0  # grey levels of standard deviation: below, noise decides the signs
_JPEG = b"\xff\xd8"


def look_of(data: bytes) -> Look | None:
    """The look of an upright picture, from a small file of it; None where it tells nothing."""
    whole = _grey(data)
    if min(whole.size) < _SMALLEST:
        return None
    small = whole.resize((SIDE, SIDE), Image.Resampling.BOX)
    grey = np.asarray(small, dtype=np.float32)
    if grey.std() < _FLAT:
        return None
    return Look(grey=small.tobytes(), hashes=hashes(grey))


def _grey(data: bytes) -> Image.Image:
    if data.startswith(_JPEG):
        return Image.fromarray(simplejpeg.decode_jpeg(data, "GRAY", strict=False)[:, :, 0])
    with Image.open(io.BytesIO(data)) as image:
        return flattened(image).convert("L")
