from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from schedulerx.documents.ocr.engine import Page, Pixels
from schedulerx.documents.ocr.engines import engine
from schedulerx.documents.ocr.gate import may_hold_text, shows_lines
from schedulerx.documents.pixels import grey
from schedulerx.errors import ConfigurationError


class Detector:
    """An engine that finds these boxes."""

    name = "detector/1"

    def __init__(self, *boxes: tuple[float, float]) -> None:
        self._boxes = list(boxes)

    def detect(self, pixels: Pixels) -> list[tuple[float, float]]:
        assert pixels.ndim == 3
        return self._boxes

    def recognise(self, pixels: Pixels) -> Page:
        raise AssertionError(f"asked to read {pixels.shape}")


def page() -> Pixels:
    image = Image.new("RGB", (600, 800), (240, 238, 230))
    draw = ImageDraw.Draw(image)
    for row in range(20):
        draw.text((50, 50 + 30 * row), "The quick brown fox jumps over the lazy dog", fill="black")
    return np.asarray(image)


def landscape() -> Pixels:
    rng = np.random.default_rng(1)
    slope = np.linspace(0, 255, 400)[:, None, None] * np.ones((1, 600, 3))
    return np.clip(slope + rng.normal(0, 20, (400, 600, 3)), 0, 255).astype(np.uint8)


def test_a_page_may_hold_text_and_a_landscape_may_not() -> None:
    assert may_hold_text(grey(page(), 256))
    assert not may_hold_text(grey(landscape(), 256))


def test_a_tiny_image_holds_no_text() -> None:
    assert not may_hold_text(np.full((10, 10), 255, np.uint8))


def test_lines_must_be_several_or_cover_something() -> None:
    assert shows_lines(page(), Detector((200, 20), (200, 20), (200, 20)))
    assert shows_lines(page(), Detector((400, 30)))
    assert not shows_lines(page(), Detector((100, 90)))
    assert not shows_lines(page(), Detector())


def test_an_unknown_engine_is_the_operators_to_mend() -> None:
    with pytest.raises(ConfigurationError, match=r"read\.ocr_engine"):
        engine("quill")
