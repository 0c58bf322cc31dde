"""RapidOCR: PP-OCR models on ONNX Runtime; the models are in its wheel, nothing is downloaded."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Any

import numpy as np

from schedulerx.documents.ocr.engine import Corners, Line, Page, Pixels, Word
from schedulerx.documents.ocr.order import reading_order
from schedulerx.documents.ocr.quiet import quieted
from schedulerx.documents.ocr.words import words_of
from schedulerx.errors import ConfigurationError
from schedulerx.settings import decline_telemetry

MAX_SIDE = 1400  # pixels; more costs twice the time and reads no better
_PROBE_SIDE = 480  # shorter side in pixels: enough to find lines, not to read them
_PARAMETERS: dict[str, Any] = {
    "Global.use_cls": False,  # lines upside down are rare, and it errs more often than it helps
    "Global.max_side_len": MAX_SIDE,
    "Global.log_level": "critical",
    "Rec.rec_batch_num": 1,  # lines in one batch are padded to the longest
    # One thread a process, a process a core: faster together than threads inside the engine.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
}


class RapidEngine:
    """RapidOCR. Its models take half a second and about a gigabyte on the first page."""

    def __init__(self) -> None:
        decline_telemetry()  # before ONNX Runtime is imported: its import alone opens connections
        try:
            import cv2  # noqa: PLC0415  (comes with the engine)
            from rapidocr import RapidOCR  # noqa: PLC0415  (an extra, and half a second to import)
        except ImportError as error:
            raise ConfigurationError(
                "read.ocr_engine is 'rapidocr', which is not installed: install the extra with "
                "`pip install 'schedulerx[ocr]'`, or set read.ocr_engine to 'none'."
            ) from error
        cv2.setNumThreads(1)
        self.name = f"rapidocr/{version('rapidocr')}"
        self._engine: Any = RapidOCR(params=_PARAMETERS)  # its answer depends on its arguments
        self._probe: Any = RapidOCR(params={**_PARAMETERS, "Det.limit_side_len": _PROBE_SIDE})
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)

    def recognise(self, pixels: Pixels) -> Page:
        """The text of an RGB image."""
        found = self._engine(
            _bgr(quieted(pixels)), use_det=True, use_cls=False, use_rec=True, return_word_box=True
        )
        lines: list[Line] = []
        if found.txts is not None and found.boxes is not None:
            each = zip(found.txts, found.scores, found.boxes, found.word_results, strict=True)
            lines = [_line(*parts) for parts in each]
        height, width = pixels.shape[:2]
        return Page(width=width, height=height, engine=self.name, lines=tuple(reading_order(lines)))

    def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
        """Width and height in pixels of every box that holds text."""
        found = self._probe(_bgr(pixels), use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return []
        sides = ((np.linalg.norm(b[1] - b[0]), np.linalg.norm(b[3] - b[0])) for b in found.boxes)
        return [(float(width), float(height)) for width, height in sides]


def _line(text: str, score: float, box: Any, pieces: Any) -> Line:
    confidence = round(float(score), 4)
    words = [
        Word(text=part, box=_corners(place), confidence=round(float(sure), 4))
        for part, sure, place in pieces
    ]
    corners = _corners(box)
    return Line(
        text=text,
        box=corners,
        confidence=confidence,
        words=words_of(text, words, corners, confidence),
    )


def _corners(box: Any) -> Corners:
    """Four points as numbers of Python's own, to a tenth of a pixel."""
    one, two, three, four = ((round(float(x), 1), round(float(y), 1)) for x, y in box)
    return (one, two, three, four)


def _bgr(pixels: Pixels) -> Pixels:
    """The models were trained on images as OpenCV reads them."""
    return np.ascontiguousarray(pixels[..., ::-1])
