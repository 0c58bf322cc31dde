"""The engines by the names settings use."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from schedulerx.documents.ocr.engine import OcrEngine
from schedulerx.errors import ConfigurationError

if TYPE_CHECKING:
    from schedulerx.documents.ocr.rapid import RapidEngine
    from schedulerx.documents.ocr.tesseract import TesseractEngine

NONE = "none"
AUTO = "auto"
RAPIDOCR = "rapidocr"
TESSERACT = "tesseract"
TEXTRACT = "textract"  # not one of these: entry points hand it in
# Of what each reads off the same pixels: pages of another one are recognised again. Textract's are
# paid for, and do not change with ours.
_READINGS = {AUTO: 4, RAPIDOCR: 4}
_FIRST_READING = 2  # words, dpi, turned


def reading_version(name: str) -> int:
    """The version of what an engine reads off a page."""
    return _READINGS.get(name, _FIRST_READING)


@cache
def engine(name: str, languages: str = "eng") -> OcrEngine:
    """The engine, made once a process. `languages` as Tesseract calls them, such as `eng+deu`.

    Raises:
        ConfigurationError: there is none of this name, or it is not installed.
    """
    from schedulerx.documents.ocr.upright import UprightEngine  # noqa: PLC0415  (imports numpy)

    if name == RAPIDOCR:
        return UprightEngine(_rapid())
    if name == TESSERACT:
        return UprightEngine(_tesseract(languages))
    if name == AUTO:
        return _routed(languages)
    raise ConfigurationError(
        f"read.ocr_engine is {name!r}; it must be one of {AUTO!r}, {RAPIDOCR!r}, {TESSERACT!r}, "
        f"{TEXTRACT!r} and {NONE!r}."
    )


def _routed(languages: str) -> OcrEngine:
    """Tesseract before RapidOCR where it is there; RapidOCR alone where it is not."""
    strong = engine(RAPIDOCR)
    if not has_tesseract(languages):
        return strong
    from schedulerx.documents.ocr.router import RoutedEngine  # noqa: PLC0415  (imports numpy)

    return RoutedEngine(_tesseract(languages), strong, _rapid())


def has_tesseract(languages: str) -> bool:
    """Whether Tesseract's library is installed, and its models of these languages."""
    from schedulerx.documents.ocr.tesseract import tessdata  # noqa: PLC0415  (imports numpy)

    return find_spec("tesserocr") is not None and tessdata(languages) is not None


@cache
def _rapid() -> RapidEngine:
    from schedulerx.documents.ocr.rapid import RapidEngine  # noqa: PLC0415  (imports numpy)

    return RapidEngine()


@cache
def _tesseract(languages: str) -> TesseractEngine:
    from schedulerx.documents.ocr.tesseract import TesseractEngine  # noqa: PLC0415  (imports numpy)

    return TesseractEngine(languages)
