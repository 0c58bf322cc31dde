"""Grain taken out of a page, where there is so much that engines stumble over it."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from schedulerx.documents.ocr.engine import Pixels
from schedulerx.documents.ocr.paper import grey

GRAINY = 8.0  # of 255; clean scans have less than 1, and below it blurring does not pay
_SIGMA = 1 / (6 * 0.6745)  # of the filter below over pure noise, by its median


def quieted(pixels: Pixels) -> Pixels:
    """The image, blurred by a pixel where it is grainy."""
    if min(pixels.shape[:2]) < 8 or grain(pixels) < GRAINY:
        return pixels
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(1)))


def grain(pixels: Pixels) -> float:
    """The noise's standard deviation, of 255: what is left of every fourth row and column once
    evenness and slopes are taken away (after Immerkaer, "Fast noise variance estimation", 1996),
    by the median, so that strokes do not count.
    """
    shades = grey(pixels).astype(np.int16)
    rows = [shades[offset : offset - 2 or None][::4] for offset in (0, 1, 2)]
    least = min(map(len, rows))
    above, here, below = (row[:least] for row in rows)
    flat = above - 2 * here + below
    left = (flat[:, :-2] - 2 * flat[:, 1:-1] + flat[:, 2:])[:, ::4]
    return float(np.median(np.abs(left))) * _SIGMA
