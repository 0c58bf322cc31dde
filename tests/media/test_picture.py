"""Pictures as they are shown: the same bytes every time, parts where they belong."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from schedulerx.media.picture import Picture
from tests.media.pictures import scene


def shown(width: int, height: int) -> Picture:
    pixels = np.asarray(scene(3, (width, height)))
    return Picture.of(pixels, width, height)


@pytest.mark.parametrize("size", [(319, 213), (320, 213), (319, 212), (1, 1), (3, 5)])
def test_an_odd_size_is_encoded_the_same_whatever_lay_in_memory(size: tuple[int, int]) -> None:
    picture, found = shown(*size), set()
    for byte in range(30):
        litter = [np.full(size[0] * size[1] + extra, byte, np.uint8) for extra in range(3)]
        found.add(picture.jpeg(80))
        del litter
    assert len(found) == 1
    assert Image.open(io.BytesIO(found.pop())).size == size


def test_a_part_is_what_lies_in_the_box() -> None:
    picture = shown(320, 240)
    part = np.asarray(picture.part((100, 60, 200, 120), (100, 60)).image(), dtype=np.int16)
    whole = np.asarray(picture.image(), dtype=np.int16)[60:120, 100:200]
    assert np.abs(part - whole).mean() < 2


def test_the_original_size_is_known_upright() -> None:
    pixels = np.asarray(scene(3, (320, 240)))
    turned = Picture.of(pixels, 160, 120, 6, (3200, 2400))
    assert (turned.size, turned.original) == ((120, 160), (2400, 3200))
