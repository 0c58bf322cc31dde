"""RapidOCR: PP-OCR models on ONNX Runtime; the models are in its wheel, nothing is downloaded."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Any

import numpy as np
from PIL import Image

from schedulerx.documents.ocr.engine import Corners, Line, Page, Pixels
from schedulerx.documents.ocr.order import reading_order
from schedulerx.documents.ocr.paper import grey
from schedulerx.documents.ocr.quiet import quieted
from schedulerx.documents.ocr.reader import FIRST, CtcReader, LineReader, Reading, read_squeezed
from schedulerx.documents.ocr.strips import cut, reading_box
from schedulerx.documents.ocr.words import line_of
from schedulerx.errors import ConfigurationError
from schedulerx.settings import decline_telemetry

_SIDES = (480, 640)  # pixels of the shorter side in which lines are found: least and most
_LEAST_CONFIDENCE = 0.5  # of a line: less is a stain
_PARAMETERS: dict[str, Any] = {
    "Global.use_cls": False,  # lines upside down are rare, and it errs more often than it helps
    "Global.max_side_len": 4000,
    "Global.log_level": "critical",
    "Det.limit_side_len": _SIDES[0],
    # One thread a process, a process a core: faster together than threads inside the engine.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
}


class RapidEngine:
    """RapidOCR's detector, and its recogniser with lines squeezed to what it needs of them. Its
    models take half a second on the first page.
    """

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
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        self._reader = _reader(self._engine)

    def recognise(self, pixels: Pixels) -> Page:
        """The text of an RGB image."""
        calm = quieted(pixels)
        shades = grey(calm)
        pitches: list[float] = []
        lines: list[Line] = []
        for box in map(reading_box, self._boxes(calm)):
            reading = read_squeezed(self._reader, cut(shades, box), pitches)
            if reading.text.strip() and reading.confidence >= _LEAST_CONFIDENCE:
                lines.append(line_of(reading, box))
        height, width = shades.shape
        return Page(width=width, height=height, engine=self.name, lines=tuple(reading_order(lines)))

    def read(self, strip: Pixels, squeeze: float = FIRST) -> Reading:
        """The text of a grey image of one line, its width squeezed to this share of it."""
        return self._reader.read(strip, squeeze)

    def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
        """Width and height in pixels of every box that holds text."""
        sides = (
            (np.linalg.norm(np.subtract(b[1], b[0])), np.linalg.norm(np.subtract(b[3], b[0])))
            for b in self._boxes(pixels)
        )
        return [(float(width), float(height)) for width, height in sides]

    def _boxes(self, pixels: Pixels) -> list[Corners]:
        """Where lines are, found in a smaller copy."""
        height, width = pixels.shape[:2]
        scale = min(1.0, _SIDES[1] / min(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = pixels
        if scale < 1.0:
            small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
        found = self._engine(_bgr(small), use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return []
        stretch = np.array([width / size[0], height / size[1]])
        return [_corners(box * stretch) for box in found.boxes]


def _reader(engine: Any) -> LineReader:
    """The engine's recogniser, which it loads with the first line that it reads."""
    engine(np.full((48, 96, 3), 255, np.uint8), use_det=False, use_cls=False, use_rec=True)
    part = engine.text_rec
    return CtcReader(part.session.session, part.postprocess_op.character)


def _corners(box: Any) -> Corners:
    """Four points as numbers of Python's own, to a tenth of a pixel."""
    one, two, three, four = ((round(float(x), 1), round(float(y), 1)) for x, y in box)
    return (one, two, three, four)


def _bgr(pixels: Pixels) -> Pixels:
    """The models were trained on images as OpenCV reads them."""
    return np.ascontiguousarray(pixels[..., ::-1])
