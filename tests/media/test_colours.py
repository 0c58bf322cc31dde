"""Colours: what a profile says, sRGB shows; expected values are computed without any library."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from schedulerx.media.colours import flattened, in_srgb, layered, needs_conversion
from tests.media.profiles import (
    ADOBE_RGB,
    DISPLAY_P3,
    SRGB,
    Primaries,
    grey_profile,
    profile,
    shown_in_srgb,
)

LEVEL = st.integers(0, 255)
ADOBE_GAMMA = 563 / 256


def near(found: object, expected: object, within: int = 3) -> bool:
    assert isinstance(found, tuple)
    assert isinstance(expected, tuple)
    return all(abs(a - b) <= within for a, b in zip(found, expected, strict=True))


def pixel(image: Image.Image) -> object:
    return image.getpixel((0, 0))


@pytest.mark.parametrize(("primaries", "gamma"), [(DISPLAY_P3, None), (ADOBE_RGB, ADOBE_GAMMA)])
@given(red=LEVEL, green=LEVEL, blue=LEVEL)
def test_wide_gamuts_are_shown_as_their_figures_say(
    primaries: Primaries, gamma: float | None, red: int, green: int, blue: int
) -> None:
    colour = (red, green, blue)
    shown = pixel(in_srgb(Image.new("RGB", (1, 1), colour), profile(primaries, gamma)))
    assert near(shown, shown_in_srgb(colour, primaries, gamma))


@pytest.mark.parametrize("level", [0, 50, 128, 200, 255])
def test_grey_stays_grey_in_display_p3(level: int) -> None:
    colours = Image.new("RGB", (1, 1), (level,) * 3)
    assert near(pixel(in_srgb(colours, profile(DISPLAY_P3, None))), (level,) * 3, within=1)


def test_a_red_that_srgb_cannot_show_is_its_fullest_red() -> None:
    shown = pixel(in_srgb(Image.new("RGB", (1, 1), (255, 0, 0)), profile(DISPLAY_P3, None)))
    assert near(shown, (255, 0, 0), within=1)


def test_grey_pictures_are_shown_by_their_curve() -> None:
    shown = in_srgb(Image.new("L", (1, 1), 128), grey_profile(1.0))
    assert near(pixel(shown.convert("RGB")), (188, 188, 188))


def test_srgb_is_told_by_what_it_does_and_not_by_its_name() -> None:
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    named = profile(DISPLAY_P3, None).replace(b"made", b"sRGB")
    assert not needs_conversion(own)
    assert not needs_conversion(profile(SRGB, None))
    assert not needs_conversion(None)
    assert needs_conversion(named)
    assert needs_conversion(profile(ADOBE_RGB, ADOBE_GAMMA))


def test_transparency_is_kept_while_colours_are_converted() -> None:
    clear = Image.new("RGBA", (1, 1), (0, 200, 0, 77))
    shown = pixel(in_srgb(clear, profile(ADOBE_RGB, ADOBE_GAMMA)))
    expected = shown_in_srgb((0, 200, 0), ADOBE_RGB, ADOBE_GAMMA)
    assert near(shown, (*expected, 77))


@pytest.mark.parametrize("broken", [b"x", b"\0" * 200, profile(SRGB, None)[:150]])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "RGBA"])
def test_a_broken_profile_changes_nothing(broken: bytes, mode: str) -> None:
    image = Image.new(mode, (2, 2), 90)
    assert in_srgb(image, broken).tobytes() == image.tobytes()


def test_a_profile_of_another_colour_space_changes_nothing() -> None:
    grey = Image.new("L", (2, 2), 90)
    assert in_srgb(grey, profile(DISPLAY_P3, None)) is grey


def test_transparency_is_laid_over_white() -> None:
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert flattened(clear).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["LA", "PA", "RGBA", "RGBa"])
def test_transparency_is_kept_in_layers(mode: str) -> None:
    made = Image.new("RGBA", (3, 2), (9, 9, 9, 100))
    image = made.convert(mode) if mode != "PA" else made.convert("P").convert("PA")
    assert layered(image).mode == "RGBA"


def test_a_clear_colour_of_a_palette_is_transparent() -> None:
    out = io.BytesIO()
    drawn = Image.new("RGB", (3, 2), (9, 9, 9)).convert("P")
    drawn.save(out, "PNG", transparency=drawn.getpixel((0, 0)))
    with Image.open(out) as image:
        assert layered(image).getchannel("A").getextrema() == (0, 0)
