"""Tesseract: LSTM models by libtesseract, which its wheel brings; what it does not bring are the
models of the languages (`tessdata`), which the distribution has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from msgspec.structs import replace
from PIL import Image

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.ocr.doubt import SURE
from schedulerx.documents.ocr.engine import Corners, Line, Page, Pixels, Word, upright
from schedulerx.documents.ocr.mending import without_stains
from schedulerx.documents.ocr.paper import grey, on_white
from schedulerx.documents.ocr.quiet import quieted
from schedulerx.documents.ocr.words import joined
from schedulerx.documents.pixels import MAX_SIDE
from schedulerx.errors import ConfigurationError
from schedulerx.settings import one_thread, tessdata_prefix

ASSUMED_DPI = 200  # Tesseract guesses otherwise, and says so on stderr
PAGE_MS = 120_000  # milliseconds one page may take
_SMALL_LINE = 16  # pixels; letters of such lines have half the height the models know
_ENLARGED = 2
# Of Debian and Ubuntu, Fedora and Arch, Homebrew on Apple and Intel Macs.
_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "/usr/local/share/tessdata",
)
_LINE, _WORD = "4", "5"  # levels of its table
_LEFT, _TOP, _WIDTH, _HEIGHT, _CONFIDENCE, _TEXT = range(6, 12)  # its columns


def tessdata(languages: str, folders: Sequence[str] | None = None) -> Path | None:
    """The folder with the models of all these languages (as in `eng+deu`); None where none has."""
    wanted = [f"{language}.traineddata" for language in languages.split("+")]
    places = folders if folders is not None else (*filter(None, [tessdata_prefix()]), *_FOLDERS)
    for folder in map(Path, places):
        if all((folder / name).is_file() for name in wanted):
            return folder
    return None


class TesseractEngine:
    """Tesseract. About 100 MB, loaded with the first page."""

    def __init__(self, languages: str) -> None:
        one_thread()
        try:
            import tesserocr  # noqa: PLC0415  (an extra, which not every platform has)
        except ImportError as error:
            raise ConfigurationError(
                "read.ocr_engine asks for Tesseract, whose library is not installed: install the "
                "extra with `pip install 'schedulerx[ocr]'` (Linux) or `pip install tesserocr`, or "
                "set read.ocr_engine to 'rapidocr'."
            ) from error
        folder = tessdata(languages)
        if folder is None:
            raise ConfigurationError(_missing(languages))
        self.name = f"tesseract/{tesserocr.tesseract_version().split()[1]}"
        self._level = tesserocr.RIL.TEXTLINE
        self._api: Any = tesserocr.PyTessBaseAPI(
            path=str(folder), lang=languages, psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
        )

    def recognise(self, pixels: Pixels) -> Page:
        """The text of an RGB image.

        Raises:
            DamagedDocument: it takes too long.
        """
        return without_stains(self.draft(on_white(quieted(grey(pixels)))))

    def draft(self, white: Pixels) -> Page:
        """The text of a page on white paper, with words that are hardly words.

        Raises:
            DamagedDocument: it takes too long.
        """
        height, width = white.shape
        lines = tuple(self._lines(white))
        page = Page(width=width, height=height, engine=self.name, lines=lines)
        if not _is_small(white, without_stains(page).lines):
            return page
        large = self._lines(_enlarged(white))
        return replace(page, lines=tuple(_scaled(line, 1 / _ENLARGED) for line in large))

    def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
        """Width and height in pixels of every line its layout analysis finds."""
        self._show(on_white(pixels))
        try:
            found = self._api.GetComponentImages(self._level, text_only=True)
        finally:
            self._api.Clear()
        return [(float(box["w"]), float(box["h"])) for _, box, *_ in found]

    def _lines(self, shades: Pixels) -> list[Line]:
        self._show(shades)
        try:
            if not self._api.Recognize(PAGE_MS):
                raise DamagedDocument(
                    f"Tesseract found no end within {PAGE_MS // 1000} seconds: the page was left "
                    "out; try read.ocr_engine 'rapidocr'."
                )
            return list(lines_of(self._api.GetTSVText(0)))
        finally:
            self._api.Clear()

    def _show(self, shades: Pixels) -> None:
        height, width = shades.shape
        self._api.SetImageBytes(shades.tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(ASSUMED_DPI)


def _is_small(shades: Pixels, lines: Sequence[Line]) -> bool:
    """Whether letters are too small to be read: its lines are low, or it saw none in a small image;
    nothing to gain where it is sure all the same.
    """
    if max(shades.shape) * _ENLARGED > MAX_SIDE:
        return False
    if not lines:
        return True
    low = median(line.box[3][1] - line.box[0][1] for line in lines) < _SMALL_LINE
    return low and median(line.confidence for line in lines) < SURE


def _enlarged(shades: Pixels) -> Pixels:
    height, width = shades.shape
    size = (width * _ENLARGED, height * _ENLARGED)
    return np.asarray(Image.fromarray(shades).resize(size, Image.Resampling.BICUBIC))


def _scaled(line: Line, by: float) -> Line:
    def box(corners: Corners) -> Corners:
        one, two, three, four = ((round(x * by, 1), round(y * by, 1)) for x, y in corners)
        return (one, two, three, four)

    words = tuple(replace(word, box=box(word.box)) for word in line.words)
    return replace(line, box=box(line.box), words=words)


def _missing(languages: str) -> str:
    packages = " ".join(f"tesseract-ocr-{each.replace('_', '-')}" for each in languages.split("+"))
    return (
        f"read.ocr_engine asks for Tesseract in {languages}, whose models are not installed: "
        f"`apt-get install {packages}` (Debian, Ubuntu) or `brew install tesseract-lang` (macOS), "
        "or name the folder that holds them in TESSDATA_PREFIX; or set read.ocr_languages to what "
        "is there, or read.ocr_engine to 'rapidocr'."
    )


def lines_of(table: str) -> Iterator[Line]:
    """The lines of Tesseract's table: a row for every line, followed by rows for its words."""
    words: list[Word] = []
    for row in table.splitlines():
        cells = row.split("\t", _TEXT)
        if cells[0] == _LINE and words:
            yield joined(words)
            words = []
        if cells[0] == _WORD and (word := _word(cells)) is not None:
            words.append(word)
    if words:
        yield joined(words)


def _word(cells: Sequence[str]) -> Word | None:
    text, confidence = cells[_TEXT].strip(), round(float(cells[_CONFIDENCE]) / 100, 4)
    if not text:
        return None
    left, top = int(cells[_LEFT]), int(cells[_TOP])
    box = upright(left, top, left + int(cells[_WIDTH]), top + int(cells[_HEIGHT]))
    return Word(text=text, box=box, confidence=confidence)
