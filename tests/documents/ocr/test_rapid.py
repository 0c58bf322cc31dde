from __future__ import annotations

import builtins
import sys
from types import ModuleType

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from schedulerx.documents.ocr.engines import engine
from schedulerx.documents.ocr.rapid import RapidEngine
from schedulerx.errors import ConfigurationError


def test_drawn_words_are_recognised_in_order() -> None:
    image = Image.new("RGB", (500, 160), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(32)
    draw.text((20, 20), "Parcel 2406", fill="black", font=font)
    draw.text((20, 90), "Lighthouse", fill="black", font=font)
    page = engine("rapidocr").recognise(np.asarray(image))
    assert page.text.split() == ["Parcel", "2406", "Lighthouse"]
    assert (page.width, page.height) == (500, 160)
    assert page.engine.startswith("rapidocr/")
    assert all(line.confidence > 0.8 for line in page.lines)


def test_an_empty_page_has_no_lines() -> None:
    blank = np.full((200, 200, 3), 255, np.uint8)
    assert engine("rapidocr").recognise(blank).lines == ()
    assert engine("rapidocr").detect(blank) == []


def test_a_missing_extra_is_the_operators_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: object, **kwargs: object) -> ModuleType:
        if name == "rapidocr":
            raise ImportError(name)
        return real(name, *args, **kwargs)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.delitem(sys.modules, "rapidocr", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigurationError, match="schedulerx\\[ocr\\]"):
        RapidEngine()
