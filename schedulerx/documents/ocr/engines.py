"""The engines by the names settings use."""

from __future__ import annotations

from functools import cache

from schedulerx.documents.ocr.engine import OcrEngine
from schedulerx.errors import ConfigurationError

NONE = "none"
RAPIDOCR = "rapidocr"


@cache
def engine(name: str) -> OcrEngine:
    """The engine, made once a process.

    Raises:
        ConfigurationError: there is none of this name, or it is not installed.
    """
    if name == RAPIDOCR:
        from schedulerx.documents.ocr.rapid import RapidEngine  # noqa: PLC0415  (imports numpy)

        return RapidEngine()
    raise ConfigurationError(
        f"read.ocr_engine is {name!r}; it must be one of {RAPIDOCR!r} and {NONE!r}."
    )
