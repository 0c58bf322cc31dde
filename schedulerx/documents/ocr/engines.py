"""The engines by the names settings use."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

from schedulerx.documents.ocr.engine import OcrEngine
from schedulerx.errors import ConfigurationError

NONE = "none"
AUTO = "auto"
RAPIDOCR = "rapidocr"
TESSERACT = "tesseract"
TEXTRACT = "textract"  # not one of these: entry points hand it in


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

    return RoutedEngine(_tesseract(languages), strong)


def has_tesseract(languages: str) -> bool:
    """Whether Tesseract's library is installed, and its models of these languages."""
    from schedulerx.documents.ocr.tesseract import tessdata  # noqa: PLC0415  (imports numpy)

    return find_spec("tesserocr") is not None and tessdata(languages) is not None


@cache
def _rapid() -> OcrEngine:
    from schedulerx.documents.ocr.rapid import RapidEngine  # noqa: PLC0415  (imports numpy)

    return RapidEngine()


@cache
def _tesseract(languages: str) -> OcrEngine:
    from schedulerx.documents.ocr.tesseract import TesseractEngine  # noqa: PLC0415  (imports numpy)

    return TesseractEngine(languages)
