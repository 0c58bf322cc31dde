"""Where a picture goes in a rendition of it: what is cropped away, scaled to what, on what canvas.

A rendition keeps the shape that was asked for. Without `enlarge` it becomes smaller, in that
shape, rather than showing a picture larger than it is.
"""

from __future__ import annotations

import math

import msgspec

from schedulerx.media.shown import Size
from schedulerx.settings import WHITE, RenditionSettings

# What the formats can hold, in pixels (ITU-T T.81; RFC 9649; libavif's default; a bound for PNG).
LARGEST_SIDE = {"jpeg": 65_500, "webp": 16_383, "avif": 16_384, "png": 65_500}

_NOISE = 1e-9  # of a division that is whole


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """`crop` (left, top, right, bottom in the picture's pixels) is scaled to `size` and laid on
    `canvas` at `at`.
    """

    crop: tuple[float, float, float, float]
    size: Size
    canvas: Size
    at: tuple[int, int] = (0, 0)

    @property
    def scale(self) -> float:
        """Pixels of the rendition for one of the picture."""
        left, top, right, bottom = self.crop
        return max(self.size[0] / (right - left), self.size[1] / (bottom - top))


def fitted(width: int, height: int, size: int) -> Size:
    """The size of a picture fitted into a square, never enlarged; at least one pixel."""
    return _scaled(width, height, min(1.0, size / max(width, height)))


class Covering(msgspec.Struct, frozen=True):
    """The smallest size that covers every one of the renditions, and a square of `least` pixels."""

    renditions: tuple[RenditionSettings, ...]
    least: int = 1

    @property
    def exact(self) -> bool:
        """Whether one shows more than a JPEG of the picture over white would."""
        return any(each.format != "jpeg" or each.colour != WHITE for each in self.renditions)

    def __call__(self, width: int, height: int) -> Size:
        """For an upright picture of this size; never enlarged."""
        needed = [_needed(width, height, each) for each in self.renditions]
        return max([fitted(width, height, self.least), *needed])


def _needed(width: int, height: int, wanted: RenditionSettings) -> Size:
    """The size of the whole picture when the rendition shows it, or a part of it."""
    placement = placed(width, height, wanted)
    if placement.crop == (0, 0, width, height):
        return min(width, placement.size[0]), min(height, placement.size[1])
    return _scaled(width, height, min(1.0, placement.scale))


def placed(width: int, height: int, wanted: RenditionSettings) -> Placement:
    """Where an upright picture of this size goes."""
    if wanted.fit == "crop":
        return _cropped(width, height, wanted)
    if wanted.fit == "pad":
        return _padded(width, height, wanted)
    size = _bounded((width, height), wanted)
    return Placement(crop=(0, 0, width, height), size=size, canvas=size)


def _cropped(width: int, height: int, wanted: RenditionSettings) -> Placement:
    """The largest part of the wanted shape, around the focus."""
    shape = _shape(width, height, wanted)
    wide, high = min(width, height * shape), min(height, width / shape)
    left, top = (width - wide) * wanted.focus[0], (height - high) * wanted.focus[1]
    size = _sized(wide, high, wanted)
    return Placement(crop=(left, top, left + wide, top + high), size=size, canvas=size)


def _padded(width: int, height: int, wanted: RenditionSettings) -> Placement:
    """The whole picture on the smallest canvas of the wanted shape."""
    shape = _shape(width, height, wanted)
    canvas = _sized(max(width, height * shape), max(height, width / shape), wanted)
    scale = min(canvas[0] / width, canvas[1] / height)
    size = _scaled(width, height, scale if wanted.enlarge else min(1.0, scale), canvas)
    slack = canvas[0] - size[0], canvas[1] - size[1]
    at = round(slack[0] * wanted.focus[0]), round(slack[1] * wanted.focus[1])
    return Placement(crop=(0, 0, width, height), size=size, canvas=canvas, at=at)


def _shape(width: int, height: int, wanted: RenditionSettings) -> float:
    """Width over height of the rendition."""
    if wanted.aspect is not None:
        narrowest, widest = wanted.aspect
        return min(max(width / height, narrowest), widest)
    wide, high = _box(wanted)
    return wide / high


def _sized(width: float, height: float, wanted: RenditionSettings) -> Size:
    """The size of a rendition that would have these sides at its original's scale."""
    if wanted.aspect is not None:
        return _in_range(_bounded((width, height), wanted), wanted.aspect)
    wide, high = _box(wanted)
    if wanted.enlarge or (width >= wide and height >= high):
        return round(wide), round(high)
    return _scaled(wide, high, min(width / wide, height / high))


def _bounded(size: tuple[float, float], wanted: RenditionSettings) -> Size:
    """The sides made smaller together until they fit the box."""
    wide, high = _box(wanted)
    return _scaled(*size, min(1.0, wide / size[0], high / size[1]))


def _box(wanted: RenditionSettings) -> tuple[float, float]:
    """The box asked for, made smaller where the format cannot hold it."""
    most = LARGEST_SIDE[wanted.format]
    wide, high = wanted.box
    if wanted.fit == "inside" or wanted.aspect is not None or wide is None or high is None:
        return min(wide or most, most), min(high or most, most)
    scale = min(1.0, most / max(wide, high))
    return wide * scale, high * scale


def _scaled(width: float, height: float, scale: float, most: Size | None = None) -> Size:
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    return (wide, high) if most is None else (min(wide, most[0]), min(high, most[1]))


def _in_range(size: Size, aspect: tuple[float, float]) -> Size:
    """The size without the pixel by which rounding left the allowed shapes."""
    narrowest, widest = aspect
    width = max(1, min(size[0], math.floor(size[1] * widest + _NOISE)))
    return width, max(1, min(size[1], math.floor(width / narrowest + _NOISE)))
