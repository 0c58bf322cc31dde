"""A page as ink on evenly white paper: shadows lifted, white on black turned round."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from schedulerx.documents.ocr.engine import Corners, Pixels

Mask = np.ndarray[Any, np.dtype[np.bool_]]

CELL = 16  # pixels; wider than a stroke of print is
_REACH = 5  # cells, odd: the paper between lines and words is found within
_DARK = 110  # of 255: paper darker than this is white on black
_INK = 170  # of 255, on white paper
_BLACK = 110  # of 255; ink darker than this is black
_CRISP = 0.65  # of the ink is black: .74 and more in print, .57 at most in typescripts and slips
_TEXT = (25, 140)  # of 255, least and most ink in a cell of text
_SHADOW = 24  # of 255 between the lightest and the darkest paper; less is read as well as none


def grey(pixels: Pixels) -> Pixels:
    """The luma of an RGB image (ITU-R BT.601)."""
    return pixels if pixels.ndim == 2 else np.asarray(Image.fromarray(pixels).convert("L"))


def on_white(pixels: Pixels) -> Pixels:
    """The page in grey, its paper evenly white."""
    shades = grey(pixels)
    if min(shades.shape) < CELL * _REACH:
        return shades
    if np.median(shades) < _DARK and _paper(255 - shades).min() > _DARK:
        shades = 255 - shades
    paper = _paper(shades)
    if int(paper.max()) - int(paper.min()) < _SHADOW:
        return shades
    height, width = shades.shape
    even = Image.fromarray(paper).resize((width, height), Image.Resampling.BILINEAR)
    lifted = shades * (np.float32(255) / np.maximum(np.asarray(even, dtype=np.float32), 1))
    return np.minimum(lifted, 255).astype(np.uint8)


def _paper(shades: Pixels) -> Pixels:
    """The shade of the paper around every cell: the lightest near it, evened out."""
    image = Image.fromarray(shades)
    small = image.resize(
        (max(1, image.width // CELL), max(1, image.height // CELL)), Image.Resampling.BOX
    )
    lightest = small.filter(ImageFilter.MaxFilter(_REACH))
    return np.asarray(lightest.filter(ImageFilter.GaussianBlur(_REACH / 2)))


def is_faint(white: Pixels) -> bool:
    """Whether the ink of a page on white paper is more grey than black."""
    darkness = np.bincount(white.ravel(), minlength=256).cumsum()
    return bool(darkness[_BLACK - 1] < _CRISP * darkness[_INK - 1])


def text_like(white: Pixels) -> Mask:
    """Which cells of a page on white paper are inked as text is: some, not all of it; black
    borders and stains are not, photos may be.
    """
    cells = (max(1, white.shape[1] // CELL), max(1, white.shape[0] // CELL))
    inked = Image.fromarray(((white < _INK) * np.uint8(255)).astype(np.uint8))
    density = np.asarray(inked.resize(cells, Image.Resampling.BOX))
    return (density >= _TEXT[0]) & (density <= _TEXT[1])


def share_within(cells: Mask, boxes: Iterable[Corners]) -> float:
    """The share of the cells that lies within boxes; 1 where there are none."""
    total = int(cells.sum())
    if total == 0:
        return 1.0
    within = np.zeros_like(cells)
    for box in boxes:
        across, down = [x / CELL for x, _ in box], [y / CELL for _, y in box]
        top, bottom = int(min(down)), int(max(down)) + 1
        left, right = int(min(across)), int(max(across)) + 1
        within[max(0, top) : bottom, max(0, left) : right] = True
    return float((cells & within).sum()) / total
