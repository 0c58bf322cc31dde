"""Pictures as they are shown: the same bytes every time, parts where they belong."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from schedulerx.media.picture import Picture, scaled
from schedulerx.media.shown import Pixels
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


def likeness(first: Pixels, second: Pixels) -> float:
    """Peak signal-to-noise ratio in dB."""
    error = np.square(first.astype(float) - second.astype(float)).mean()
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def rings() -> Image.Image:
    """Rings that get finer outwards, up to what the smallest copy can no longer show."""
    y, x = np.mgrid[-500:500, -750:750]
    values = 127 + 120 * np.cos((x * x + y * y) / 900)
    return Image.fromarray(values.astype(np.uint8)).convert("RGB")


def test_scaling_is_as_good_as_the_best_resampling() -> None:
    best = np.asarray(rings().resize((320, 213), Image.Resampling.LANCZOS))
    coarse = np.asarray(rings().resize((320, 213), Image.Resampling.NEAREST))
    ours = np.asarray(Picture.of(np.asarray(rings()), 1080, 720).resized(320, 213).image())
    print(f"dB beside the best: {likeness(ours, best):.1f}, nearest {likeness(coarse, best):.1f}")
    assert likeness(ours, best) > 32
    assert likeness(coarse, best) < 12


def test_grey_is_full_range_and_fits_the_square() -> None:
    steps = np.repeat(np.linspace(0, 255, 300).astype(np.uint8)[None], 200, axis=0)
    grey = Picture.of(steps, 300, 200).grey(150)
    assert grey.shape == (100, 150)
    assert grey.min() <= 2
    assert grey.max() >= 253


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(60, 40), (61, 41)])
def test_a_picture_is_turned_as_pillow_turns_it(orientation: int, size: tuple[int, int]) -> None:
    stored = scene(2).resize(size)
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    stored.save(out, "PNG", exif=exif)

    expected = np.asarray(ImageOps.exif_transpose(Image.open(out)).convert("L"))
    turned = Picture.of(np.asarray(stored), *size, orientation)
    assert turned.size == expected.shape[::-1]
    assert likeness(turned.grey(max(size)), expected) > 35


def test_pixels_are_scaled_in_their_own_colours() -> None:
    red = np.full((40, 60, 3), (200, 30, 30), np.uint8)
    small = scaled(red, 30, 20)
    assert small.shape == (20, 30, 3)
    assert np.abs(small.astype(int) - (200, 30, 30)).max() <= 2


@given(st.integers(1, 70), st.integers(1, 70))
def test_every_size_comes_back_out_of_the_encoder(width: int, height: int) -> None:
    encoded = shown(width, height).jpeg(80)
    assert Image.open(io.BytesIO(encoded)).size == (width, height)
