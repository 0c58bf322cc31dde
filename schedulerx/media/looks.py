"""The look of a picture, or of a video by some of its frames. `perceptual` needs no decoder."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import simplejpeg
from PIL import Image

from schedulerx.media.borders import Pixels, without_borders
from schedulerx.media.colours import flattened
from schedulerx.media.perceptual import FEW, SIDE, WHOLE, answering, asked
from schedulerx.model.record import Look

_SMALLEST = 16  # pixels: below, there is nothing to compare
_FLAT = 4.0  # grey levels of standard deviation: below, noise decides the signs
_JPEG = b"\xff\xd8"
_LINE = np.linspace(-1, 1, SIDE, dtype=np.float32)


def look_of(data: bytes) -> Look | None:
    """The look of an upright picture, from a small file of it; None where it tells nothing."""
    pixels = _grey(data)
    whole = _small(pixels)
    if whole is None:
        return None
    grey = whole.astype(np.float32)
    asking, found_by, stored = asked(grey), answering(grey), whole.tobytes()
    within = without_borders(pixels)
    inner = _small(within) if within is not None else None
    if inner is not None:
        grey = inner.astype(np.float32)
        asking |= asked(grey, WHOLE)
        found_by |= answering(grey, FEW)
        stored += inner.tobytes()
    return _look(stored, asking, found_by)


def _grey(data: bytes) -> Pixels:
    if data.startswith(_JPEG):
        pixels: Pixels = simplejpeg.decode_jpeg(data, "GRAY", strict=False)[:, :, 0]
        return pixels
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(flattened(image).convert("L"))


def look_of_frames(frames: Sequence[Image.Image]) -> Look | None:
    """The look of a video, from upright frames of it in order; None where they tell nothing."""
    asking: set[int] = set()
    found_by: set[int] = set()
    stored = b""
    for frame in frames:
        small = _small(np.asarray(frame.convert("L")))
        if small is not None:
            asking |= asked(small.astype(np.float32), WHOLE)
            found_by |= answering(small.astype(np.float32), FEW)
            stored += small.tobytes()
    return _look(stored, asking, found_by) if stored else None


def _look(stored: bytes, asking: set[int], found_by: set[int]) -> Look:
    return Look(grey=stored, hashes=tuple(sorted(asking)), parts=tuple(sorted(found_by - asking)))


def _small(pixels: Pixels) -> Pixels | None:
    """The grey copy; None where it tells nothing."""
    if min(pixels.shape) < _SMALLEST:
        return None
    small = Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BOX)
    grey = np.asarray(small)
    return grey if _detail(grey) >= _FLAT else None


def _detail(pixels: Pixels) -> float:
    """Standard deviation from an even slope: a clear sky tells nothing either."""
    grey = pixels - pixels.mean(dtype=np.float32)
    down, across = _LINE[:, None], _LINE[None]
    power = SIDE * float(np.square(_LINE).sum())
    grey = grey - down * float((grey * down).sum()) / power
    grey = grey - across * float((grey * across).sum()) / power
    return float(grey.std())
