"""How sure a recognised page is of itself, and whether it is all that stands there."""

from __future__ import annotations

from math import atan2, degrees
from statistics import median

from schedulerx.documents.ocr.engine import Corners, Line, Page, Pixels
from schedulerx.documents.ocr.paper import share_within, text_like

# All measured on the scans with transcriptions of the corpus, and on what turning, shading and
# noise make of them (docs/ocr.md).
SURE = 0.8  # confidence of a word; Tesseract is wrong about as often as it says below it
DOUBTED = 0.1  # of a page's letters in unsure words: print has .09 at most, typescripts .13
POOR = 0.4  # the same of a page that lies upside down or on its side; nothing else reaches it
LEFT_OUT = 0.25  # of what is inked like text, outside all lines: more was overlooked
LEAST_CELLS = 12  # inked like text; less is dirt on an empty page
LEVEL = 3.0  # degrees; lines steeper than this get mixed up
_LONG = 8.0  # heights of a line: shorter ones do not tell its slope


def doubt(page: Page) -> float:
    """The share of letters in words that the engine is unsure of; 1 where there are none."""
    words = [word for line in page.lines for word in line.words]
    letters = sum(len(word.text) for word in words)
    unsure = sum(len(word.text) for word in words if word.confidence < SURE)
    return unsure / letters if letters else 1.0


def overlooked(page: Page, white: Pixels) -> float:
    """The share of what is inked like text that lies outside all lines. `white` as by `on_white`,
    of the page's size.
    """
    cells = text_like(white)
    if int(cells.sum()) < LEAST_CELLS:
        return 0.0
    return 1.0 - share_within(cells, (line.box for line in page.lines))


def slope(page: Page) -> float:
    """Degrees clockwise by which the lines descend, from their first to their last words."""
    found = [each for line in page.lines if (each := _slope(line)) is not None]
    return median(found) if found else 0.0


def stands(page: Page) -> bool:
    """Whether most of the text runs from top to bottom: its lines are higher than wide."""
    letters = upright = 0
    for line in page.lines:
        width, height = _size(line.box)
        letters += len(line.text)
        upright += len(line.text) if height > 2 * width else 0
    return letters > 0 and 2 * upright > letters


def _slope(line: Line) -> float | None:
    if len(line.words) < 2:
        return None
    (x, y), (far_x, far_y) = _middle(line.words[0].box), _middle(line.words[-1].box)
    high = min(_size(word.box)[1] for word in line.words)
    return degrees(atan2(far_y - y, far_x - x)) if far_x - x > _LONG * high else None


def _middle(box: Corners) -> tuple[float, float]:
    return sum(x for x, _ in box) / 4, sum(y for _, y in box) / 4


def _size(box: Corners) -> tuple[float, float]:
    across, down = [x for x, _ in box], [y for _, y in box]
    return max(across) - min(across), max(down) - min(down)
