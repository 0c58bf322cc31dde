from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.ocr.textract import MAX_BYTES, TextractEngine, pages_of, sent
from schedulerx.errors import RejectedInput
from schedulerx.model.record import ReasonCode
from tests.documents.ocr.pages import Answers, drawn, page
from tests.documents.ocr.textract_blocks import blocks


class Refusing:
    """A service that takes nothing."""

    takes_pdf = False

    def image(self, image: bytes) -> Sequence[Mapping[str, Any]]:
        raise RejectedInput(ReasonCode.UNREADABLE, f"refused {len(image) > 0}")

    def pdf(self, pdf: bytes, token: str) -> Sequence[Mapping[str, Any]]:
        raise AssertionError((pdf, token))


def test_blocks_become_pages_with_words_places_and_confidence() -> None:
    first, second = pages_of(
        [*blocks("Dear Sir", "Yours"), *blocks("End", page=2)], [(1000, 2000), (500, 500)]
    )
    assert (first.text, second.text) == ("Dear Sir\nYours", "End")
    sir = first.lines[0].words[1]
    assert (sir.text, sir.confidence) == ("Sir", 0.985)
    assert sir.box == ((300, 0), (450, 0), (450, 100), (300, 100))
    assert (second.width, second.engine) == (500, "textract/1")


def test_a_page_without_blocks_is_empty() -> None:
    assert [found.lines for found in pages_of([], [(10, 10)])] == [()]


def test_a_large_image_is_sent_as_jpeg_within_the_limit() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (1400, 1800, 3), dtype=np.uint8)
    assert Image.open(io.BytesIO(sent(noise))).format == "JPEG"
    assert len(sent(noise)) <= MAX_BYTES
    assert Image.open(io.BytesIO(sent(drawn()))).format == "PNG"


def test_what_textract_refuses_is_left_out_with_its_reason() -> None:
    engine = TextractEngine(Refusing(), lambda: Answers(page([])))
    with pytest.raises(DamagedDocument, match="refused"):
        engine.recognise(drawn())


def test_an_image_too_small_for_textract_is_not_sent() -> None:
    engine = TextractEngine(Refusing(), lambda: Answers(page([])))
    assert engine.recognise(np.zeros((40, 400, 3), np.uint8)).lines == ()


def test_the_gate_is_kept_at_home() -> None:
    engine = TextractEngine(Refusing(), lambda: Answers(page([])))
    assert engine.detect(drawn()) == [(800.0, 20.0)]
