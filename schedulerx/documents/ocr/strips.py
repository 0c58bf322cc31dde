"""Lines cut out of a page, as images that lie level."""

from __future__ import annotations

from math import dist

import numpy as np
from PIL import Image

from schedulerx.documents.ocr.engine import Corners, Pixels, upright

_ON_END = 1.5  # heights over widths; such a line is read from top to bottom


def bounds(box: Corners) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the upright box around a box."""
    across, down = [x for x, _ in box], [y for _, y in box]
    return min(across), min(down), max(across), max(down)


def reading_box(box: Corners) -> Corners:
    """The same box, its corners as its text runs: one that stands on end begins at its right."""
    one, two, three, four = box
    return (two, three, four, one) if dist(one, four) >= _ON_END * dist(one, two) else box


def cut(shades: Pixels, box: Corners) -> Pixels:
    """What of a grey page lies in a box, its text from left to right; at least a pixel."""
    width = max(1, round(dist(box[0], box[1])))
    height = max(1, round(dist(box[0], box[3])))
    left, top, right, bottom = bounds(box)
    if box == upright(left, top, right, bottom):
        rows, columns = shades.shape
        x, y = min(max(0, round(left)), columns - 1), min(max(0, round(top)), rows - 1)
        return shades[y : max(y + 1, round(bottom)), x : max(x + 1, round(right))]
    first, second, third, fourth = box  # Pillow wants them against the clock
    data = (*first, *fourth, *third, *second)
    image = Image.fromarray(shades)
    strip = image.transform((width, height), Image.Transform.QUAD, data, Image.Resampling.BILINEAR)
    return np.asarray(strip)
