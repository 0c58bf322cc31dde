"""Amazon Textract as an engine: what it is sent, and its blocks as pages.

Blocks are described in Amazon's API reference, "Block" and "Text Detection Responses".
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from PIL import Image

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.ocr.engine import Corners, Line, OcrEngine, Page, Pixels, Word
from schedulerx.documents.ocr.order import reading_order
from schedulerx.errors import RejectedInput
from schedulerx.model.ports import TextDetector

NAME = "textract/1"
MAX_BYTES = 5 * 1024 * 1024  # of an image sent with the call
_JPEG_QUALITY = 90
_LEAST_SIDE = 50  # pixels; less is refused
Block = Mapping[str, Any]


class TextractEngine:
    """Textract. `gate` detects lines at home, so that photos without text are not paid for."""

    def __init__(self, service: TextDetector, gate: Callable[[], OcrEngine]) -> None:
        self._service = service
        self._gate = gate
        self.name = NAME
        self.takes_pdf = service.takes_pdf

    def recognise(self, pixels: Pixels) -> Page:
        """The text of an RGB image.

        Raises:
            DamagedDocument: Textract refuses it.
            RetryableError: it is busy, or cannot be reached.
        """
        height, width = pixels.shape[:2]
        if min(height, width) < _LEAST_SIDE:
            return Page(width=width, height=height, engine=self.name)
        try:
            blocks = self._service.image(sent(pixels))
        except RejectedInput as error:
            raise DamagedDocument(error.reason) from error
        return pages_of(blocks, [(width, height)])[0]

    def recognise_pdf(self, pdf: bytes, sizes: Sequence[tuple[int, int]]) -> list[Page]:
        """The text of a PDF's pages, whose sizes in pixels are to be these.

        Raises:
            DamagedDocument: Textract refuses it.
            RetryableError: it is busy, or cannot be reached.
        """
        try:
            return pages_of(self._service.pdf(pdf, blake2b(pdf, digest_size=24).hexdigest()), sizes)
        except RejectedInput as error:
            raise DamagedDocument(error.reason) from error

    def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
        """Width and height in pixels of every box that holds text, as seen at home."""
        return self._gate().detect(pixels)


def sent(pixels: Pixels) -> bytes:
    """The image as PNG, or as JPEG where that would be too large to send."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=3)
    if out.tell() > MAX_BYTES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=_JPEG_QUALITY)
    return out.getvalue()


def pages_of(blocks: Iterable[Block], sizes: Sequence[tuple[int, int]]) -> list[Page]:
    """A page for each of the sizes, in pixels; lines in reading order."""
    known = {str(block["Id"]): block for block in blocks}
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    for block in known.values():
        number = int(block.get("Page", 1))
        if block["BlockType"] == "LINE" and number <= len(sizes):
            lines[number].append(_line(block, known, sizes[number - 1]))
    return [
        Page(width=width, height=height, engine=NAME, lines=tuple(reading_order(lines[number])))
        for number, (width, height) in enumerate(sizes, 1)
    ]


def _line(block: Block, known: Mapping[str, Block], size: tuple[int, int]) -> Line:
    words = [
        Word(text=word["Text"], box=_box(word, size), confidence=_confidence(word))
        for relation in block.get("Relationships", ())
        if relation["Type"] == "CHILD"
        for word in (known.get(child) for child in relation["Ids"])
        if word is not None and word["BlockType"] == "WORD"
    ]
    return Line(
        text=block["Text"],
        box=_box(block, size),
        confidence=_confidence(block),
        words=tuple(words),
    )


def _confidence(block: Block) -> float:
    return round(float(block["Confidence"]) / 100, 4)


def _box(block: Block, size: tuple[int, int]) -> Corners:
    """Its polygon begins at the text's own top left, and goes on clockwise; shares of the page."""
    width, height = size
    one, two, three, four = (
        (round(point["X"] * width, 1), round(point["Y"] * height, 1))
        for point in block["Geometry"]["Polygon"][:4]
    )
    return (one, two, three, four)
