from __future__ import annotations

import builtins
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from schedulerx.documents.ocr import engines, tesseract
from schedulerx.documents.ocr.tesseract import TesseractEngine, lines_of, tessdata
from schedulerx.documents.ocr.turning import turned
from schedulerx.documents.ocr.upright import UprightEngine
from schedulerx.errors import ConfigurationError
from tests.documents.ocr.pages import PANGRAMS, drawn

installed = pytest.mark.skipif(
    not engines.has_tesseract("eng"), reason="tesserocr or tesseract-ocr-eng is not installed"
)


@installed
def test_drawn_words_are_recognised_with_their_places() -> None:
    page = TesseractEngine("eng").recognise(drawn())
    assert page.text.splitlines() == list(PANGRAMS)
    assert page.engine.startswith("tesseract/")
    first, last = page.lines[0].words[0], page.lines[-1].words[0]
    assert 55 <= first.box[0][0] <= 70
    assert 50 <= first.box[0][1] <= 70
    assert 350 <= last.box[0][1] <= 370
    assert all(0.8 < word.confidence <= 1 for line in page.lines for word in line.words)


@installed
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_on_its_side_is_read(degrees: int) -> None:
    page = UprightEngine(TesseractEngine("eng")).recognise(turned(drawn(), degrees))
    assert page.text.splitlines() == list(PANGRAMS)
    assert page.turned == 360 - degrees


@installed
def test_an_empty_page_has_no_lines() -> None:
    blank = np.full((300, 300, 3), 255, np.uint8)
    assert TesseractEngine("eng").recognise(blank).lines == ()
    assert TesseractEngine("eng").detect(blank) == []


@installed
def test_languages_that_are_not_there_are_named_with_what_to_install() -> None:
    with pytest.raises(ConfigurationError, match="apt-get install tesseract-ocr-tlh"):
        TesseractEngine("tlh")


def test_a_missing_library_is_the_operators_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: object, **kwargs: object) -> ModuleType:
        if name == "tesserocr":
            raise ImportError(name)
        return real(name, *args, **kwargs)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.delitem(sys.modules, "tesserocr", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigurationError, match="pip install"):
        TesseractEngine("eng")


def test_models_are_found_where_all_languages_are(tmp_path: Path) -> None:
    one, both = tmp_path / "one", tmp_path / "both"
    for folder, names in ((one, ("eng",)), (both, ("eng", "deu"))):
        folder.mkdir()
        for name in names:
            (folder / f"{name}.traineddata").touch()
    assert tessdata("eng+deu", [str(one), str(both)]) == both
    assert tessdata("eng+fra", [str(one), str(both)]) is None


def test_without_tesseract_the_automatic_engine_is_rapidocr(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tesseract, "tessdata", lambda _languages: None)
    engines.engine.cache_clear()
    assert engines.engine("auto").name.startswith("rapidocr/")
    engines.engine.cache_clear()


def test_empty_words_are_left_out_of_the_table() -> None:
    table = "\n".join(
        "\t".join(map(str, row))
        for row in (
            (4, 1, 1, 1, 1, 0, 10, 10, 90, 20, -1, ""),
            (5, 1, 1, 1, 1, 1, 10, 10, 40, 20, 96.5, "kept"),
            (4, 1, 1, 1, 2, 0, 10, 40, 90, 20, -1, ""),
            (5, 1, 1, 1, 2, 1, 10, 40, 40, 20, 95, " "),
        )
    )
    (line,) = lines_of(table)
    assert (line.text, line.confidence) == ("kept", 0.965)
