"""The strong engine's reading of single lines: PP-OCR's recogniser, without its detector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
import numpy as np
from PIL import Image

from schedulerx.documents.ocr.engine import Pixels

_HEIGHT = 48  # pixels; what the recogniser was trained on
_WIDTHS = (16, 4000)  # pixels, least and most: a rule across the page is no line of 40,000
# Time goes with the width, and print is wider than it need be: below these the error grows
# (docs/performance.md).
_LETTER = 13.0  # pixels of width, on the average, of a line's letters and blanks
_NARROWEST, FIRST = 0.65, 0.85  # of a line's width; of lines before so few are known
_FEW = 4
_QUANTILE = 0.25  # of the lines' letters: a page has smaller print than its headlines
_TOO_NARROW = 10.0  # pixels of width
_UNSURE = 0.9
_BLANK = 0  # the recogniser's class for "no letter"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a line's image: a letter or a blank at each of `places`, shares of its width,
    and how sure each is, 0 to 1.
    """

    text: str = ""
    places: tuple[float, ...] = ()
    sure: tuple[float, ...] = ()

    @property
    def confidence(self) -> float:
        """The mean of its letters'; 0 where there are none."""
        return sum(self.sure) / len(self.sure) if self.sure else 0.0


class LineReader(Protocol):
    """Reads images of single lines."""

    def read(self, strip: Pixels, squeeze: float = FIRST) -> Reading:
        """A grey image's text; its width may be squeezed to this share of it."""


class CtcReader:
    """Connectionist temporal classification over a network in ONNX Runtime; `characters` are those
    of its classes.
    """

    def __init__(self, session: Any, characters: Sequence[str]) -> None:
        self._session = session
        self._name: str = session.get_inputs()[0].name
        self._characters = characters

    def read(self, strip: Pixels, squeeze: float = FIRST) -> Reading:
        """A grey image's text; its width is squeezed to this share of it."""
        (scores,) = self._session.run(None, {self._name: _input(strip, squeeze)})
        classes = scores[0].argmax(axis=1)
        changes = np.concatenate(([True], classes[1:] != classes[:-1]))
        steps = np.flatnonzero(changes & (classes != _BLANK))
        return Reading(
            text="".join(self._characters[index] for index in classes[steps]),
            places=tuple(((steps + 0.5) / len(classes)).tolist()),
            sure=tuple(scores[0][steps, classes[steps]].tolist()),
        )


def _input(strip: Pixels, squeeze: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    height, width = strip.shape
    wide = min(_WIDTHS[1], max(_WIDTHS[0], round(_HEIGHT * width / height * squeeze)))
    level = Image.fromarray(strip).resize((wide, _HEIGHT), Image.Resampling.BILINEAR)
    shades = np.asarray(level, dtype=np.float32) / 127.5 - 1
    return np.repeat(shades[None, None], 3, axis=1)


def read_squeezed(reader: LineReader, strip: Pixels, pitches: list[float]) -> Reading:
    """The text of a page's next line, as narrow as its letters allow: `pitches` are their widths in
    lines before it; its own is added. A line of narrower letters is read again.
    """
    height, width = strip.shape
    by = squeeze(pitches)
    reading = reader.read(strip, by)
    if not reading.text:
        return reading
    own = _HEIGHT * width / height / len(reading.text)
    pitches.append(own)
    if by < 1.0 and (own * by < _TOO_NARROW or reading.confidence < _UNSURE):
        return reader.read(strip, 1.0)
    return reading


def squeeze(pitches: Sequence[float]) -> float:
    """To which share of their width lines with letters of such widths can be squeezed."""
    if len(pitches) < _FEW:
        return FIRST
    usual = sorted(pitches)[int(len(pitches) * _QUANTILE)]
    return min(1.0, max(_NARROWEST, _LETTER / usual))
