"""Whether an image holds text worth recognising: a look that costs a millisecond, then a probe.

Most images are photos without text, and recognition costs a hundred times what everything else
done to a photo costs. Both thresholds were set on real scans and photos so that no scan is missed;
`tests/corpus/test_evidence.py` holds them to it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from schedulerx.documents.ocr.engine import OcrEngine, Pixels
from schedulerx.documents.pixels import shrunk

LOOK_SIDE = 256  # pixels; paper and screens show at this size
PROBE_SIDE = 640  # pixels; lines show as lines
_LEAST_SIDE = 24  # pixels; no line of text is lower and readable
_BINS = 32
_EVEN = 0.6  # of all pixels within five bins of the commonest: a screen, a page, a sign
_PAPER = (0.42, 20)  # less even suffices where the commonest is bright: paper in uneven light
_LEAST_BOXES = 3
_LEAST_AREA = 0.015  # of the image: less is a sign in a street, not a page
_LINE = (4.0, 0.03)  # one box suffices where it is as long as a line, and covers this much

Grey = np.ndarray[Any, np.dtype[np.uint8]]


def may_hold_text(look: Grey) -> bool:
    """Whether one shade dominates the image, as on paper, screens and signs."""
    if min(look.shape[:2]) < _LEAST_SIDE:
        return False
    shares = np.histogram(look, bins=_BINS, range=(0, 256))[0] / look.size
    commonest = int(shares.argmax())
    evenness = float(shares[max(0, commonest - 2) : commonest + 3].sum())
    return evenness >= _EVEN or (evenness >= _PAPER[0] and commonest >= _PAPER[1])


def shows_lines(pixels: Pixels, engine: OcrEngine) -> bool:
    """Whether the engine's detector finds lines of text in a small copy."""
    small = shrunk(pixels, PROBE_SIDE)
    height, width = small.shape[:2]
    boxes = engine.detect(small)
    shares = [long * high / (width * height) for long, high in boxes]
    if len(boxes) >= _LEAST_BOXES and sum(shares) >= _LEAST_AREA:
        return True
    return any(
        max(box) >= _LINE[0] * min(box) and share >= _LINE[1]
        for box, share in zip(boxes, shares, strict=True)
    )
