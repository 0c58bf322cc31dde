"""The look of a picture, from a small JPEG of it. `perceptual` itself needs no decoder."""

from __future__ import annotations

import numpy as np
import simplejpeg
from PIL import Image

from schedulerx.media.perceptual import SIDE, hashes
from schedulerx.model.record import Look

_SMALLEST = 16  # pixels: below, there is nothing to compare
_FLAT = 4.0  # grey levels of standard deviation: below, noise decides the signs


def look_of(jpeg: bytes) -> Look | None:
    """The look of an upright picture, from a small JPEG of it; None where it tells nothing."""
    pixels = simplejpeg.decode_jpeg(jpeg, "GRAY", strict=False)[:, :, 0]
    if min(pixels.shape) < _SMALLEST:
        return None
    small = Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BOX)
    grey = np.asarray(small, dtype=np.float32)
    if grey.std() < _FLAT:
        return None
    return Look(grey=small.tobytes(), hashes=hashes(grey))
