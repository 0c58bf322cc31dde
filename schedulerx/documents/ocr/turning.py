"""Pages turned, and what was found on them turned back."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from msgspec.structs import replace
from PIL import Image

from schedulerx.documents.ocr.engine import Corners, Line, Page, Pixels, Point

_STEPS = np.arange(-15.0, 15.01, 0.5)  # degrees of skew that are sought
_SMALL = 500  # pixels; lines show as lines
_INK = 170  # of 255, on white paper


def turned(pixels: Pixels, degrees: float) -> Pixels:
    """The image turned clockwise; where it was not, it is of the commonest shade."""
    if degrees % 90 == 0:
        return np.ascontiguousarray(np.rot90(pixels, -int(degrees // 90)))
    image = Image.fromarray(pixels)
    shade = int(np.median(pixels))
    fill = shade if pixels.ndim == 2 else (shade,) * 3
    return np.asarray(image.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=fill))


def turned_back(page: Page, degrees: float, width: int, height: int) -> Page:
    """What was found on the turned image, where it stands on the image of this size."""

    def back(point: Point) -> Point:
        x, y = point[0] - page.width / 2, point[1] - page.height / 2
        sine, cosine = sin(radians(degrees)), cos(radians(degrees))
        return (
            round(x * cosine + y * sine + width / 2, 1),
            round(y * cosine - x * sine + height / 2, 1),
        )

    def box(corners: Corners) -> Corners:
        one, two, three, four = map(back, corners)
        return (one, two, three, four)

    def line(found: Line) -> Line:
        words = tuple(replace(word, box=box(word.box)) for word in found.words)
        return replace(found, box=box(found.box), words=words)

    lines = tuple(map(line, page.lines))
    return replace(page, width=width, height=height, lines=lines, turned=round(degrees % 360, 1))


def lie(white: Pixels) -> tuple[bool, float]:
    """Whether the lines of a page on white paper stand on end, and by how many degrees clockwise
    they are off: where the ink of rows differs most from row to row (after Postl, "Detection of
    linear oblique structures and skew scan in digitized documents", 1986).
    """
    image = Image.fromarray(((white < _INK) * np.uint8(255)).astype(np.uint8))
    image.thumbnail((_SMALL, _SMALL), Image.Resampling.BOX)
    lying, standing = _best(image), _best(image.transpose(Image.Transpose.ROTATE_90))
    upright = standing[0] > lying[0]
    return upright, standing[1] if upright else lying[1]


def _best(image: Image.Image) -> tuple[float, float]:
    """How sharply rows stand out at the angle where they do most, and that angle."""
    found = [
        (_sharpness(image, float(angle)), -abs(float(angle)), float(angle)) for angle in _STEPS
    ]
    sharpness, _, angle = max(found)
    return sharpness, angle


def _sharpness(image: Image.Image, degrees: float) -> float:
    rows = np.asarray(image.rotate(degrees), dtype=np.float32).mean(axis=1)
    return float((np.diff(rows) ** 2).sum())
