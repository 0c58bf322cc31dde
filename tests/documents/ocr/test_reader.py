from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from schedulerx.documents.ocr.engine import Pixels
from schedulerx.documents.ocr.reader import CtcReader, Reading, read_squeezed, squeeze
from tests.documents.ocr.pages import Reads

STRIP: Pixels = np.full((48, 480), 255, np.uint8)


class Network:
    """A session that gives these classes step by step, each with this probability."""

    def __init__(self, classes: list[int], probability: float = 0.9) -> None:
        self._scores = np.zeros((1, len(classes), 4), np.float32)
        for step, each in enumerate(classes):
            self._scores[0, step, each] = probability
        self.shapes: list[tuple[int, ...]] = []

    def get_inputs(self) -> list[Any]:
        return [SimpleNamespace(name="x")]

    def run(self, outputs: None, given: dict[str, Any]) -> list[Any]:
        self.shapes.append(given["x"].shape)
        return [self._scores]


def test_repeated_classes_are_one_letter_unless_a_gap_parts_them() -> None:
    reading = CtcReader(Network([1, 1, 0, 1, 2, 3, 0, 2]), ["", "a", "b", " "]).read(STRIP)
    assert reading.text == "aab b"
    assert reading.places == pytest.approx([0.5 / 8, 3.5 / 8, 4.5 / 8, 5.5 / 8, 7.5 / 8])
    assert reading.confidence == pytest.approx(0.9)


def test_nothing_is_read_from_gaps_alone() -> None:
    reading = CtcReader(Network([0, 0, 0]), ["", "a", "b", " "]).read(STRIP)
    assert (reading.text, reading.confidence) == ("", 0)


def test_the_network_sees_a_line_at_its_height_and_squeezed() -> None:
    network = Network([0])
    reader = CtcReader(network, ["", "a", "b", " "])
    reader.read(STRIP, 0.5)
    reader.read(STRIP[:, :2], 1.0)
    reader.read(STRIP[:1], 1.0)
    assert network.shapes == [(1, 3, 48, 240), (1, 3, 48, 16), (1, 3, 48, 4000)]


def test_lines_of_wide_letters_are_squeezed_more_than_narrow_ones() -> None:
    assert squeeze([]) == 0.85
    assert squeeze([30.0] * 8) == 0.65
    assert squeeze([16.25] * 8) == 0.8
    assert squeeze([12.0] * 8) == 1.0


def test_headlines_do_not_have_the_small_print_squeezed() -> None:
    assert squeeze([30.0] * 4 + [16.0] * 4) == squeeze([16.0] * 8)


class Squeezed(Reads):
    """Tells to what its lines were squeezed."""

    def __init__(self, text: str, sure: float = 0.99) -> None:
        super().__init__(text, sure)
        self.by: list[float] = []

    def read(self, strip: Pixels, squeeze: float = 1.0) -> Reading:
        self.by.append(squeeze)
        return super().read(strip, squeeze)


def test_a_line_of_wide_letters_is_read_once() -> None:
    reader = Squeezed("twenty pixels a letter.."[:24])
    read_squeezed(reader, STRIP, pitches := [16.25] * 4)
    assert reader.by == [0.8]
    assert pitches[-1] == 20.0


@pytest.mark.parametrize("reader", [Squeezed("m" * 40), Squeezed("m" * 24, sure=0.85)])
def test_a_line_that_was_squeezed_too_much_is_read_again(reader: Squeezed) -> None:
    read_squeezed(reader, STRIP, [16.25] * 4)
    assert reader.by == [0.8, 1.0]
