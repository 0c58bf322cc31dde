"""Rendering a file: the shape, the format, the ceiling and the transparency that were asked for."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from schedulerx.errors import RejectedInput
from schedulerx.media.derived import Rendered
from schedulerx.media.rendering import render, render_all
from schedulerx.settings import RenditionSettings, ValidateSettings
from tests.media.pictures import scene
from tests.media.profiles import DISPLAY_P3, profile, shown_in_srgb

LIMITS = ValidateSettings()
FORMATS = ["jpeg", "webp", "avif", "png"]
RED, BLUE = (255, 0, 0), (0, 0, 255)


def file(folder: Path, image: Image.Image, kind: str = "PNG", **given: Any) -> Path:
    path = folder / f"file.{kind.lower()}"
    image.save(path, kind, **given)
    return path


def made(path: Path, **wanted: Any) -> tuple[Rendered, Image.Image]:
    found = render(path, RenditionSettings(name="made", **wanted), LIMITS)
    image = Image.open(io.BytesIO(found.data))
    image.load()
    assert image.size == (found.width, found.height)
    assert Image.MIME[image.format or ""] == found.media_type
    return found, image


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_shows_the_picture(tmp_path: Path, kind: str) -> None:
    original = scene(1, (640, 480))
    _, image = made(file(tmp_path, original), size=320, format=kind)
    expected = np.asarray(original.resize((320, 240)), dtype=np.int16)
    assert np.abs(np.asarray(image.convert("RGB"), dtype=np.int16) - expected).mean() < 4


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_bytes_come_out_every_time(tmp_path: Path, kind: str) -> None:
    path = file(tmp_path, scene(1, (403, 301)))
    first, _ = made(path, size=201, format=kind, max_bytes=9000)
    assert made(path, size=201, format=kind, max_bytes=9000)[0] == first


def test_png_loses_nothing(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (30, 41, 3), dtype=np.uint8)
    _, image = made(file(tmp_path, Image.fromarray(noise)), format="png")
    assert np.array_equal(np.asarray(image), noise)


@pytest.mark.parametrize("kind", ["webp", "avif", "png"])
def test_transparency_is_kept_where_the_format_has_it(tmp_path: Path, kind: str) -> None:
    drawing = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    drawing.paste((255, 0, 0, 255), (16, 16, 48, 48))
    _, image = made(file(tmp_path, drawing), size=32, format=kind)
    shown = image.convert("RGBA")
    assert shown.getpixel((0, 0))[3] < 20  # type: ignore[index]  # a tuple in RGBA
    assert shown.getpixel((16, 16))[3] > 235  # type: ignore[index]  # the same


@pytest.mark.parametrize(("colour", "seen"), [("#ffffff", (255, 255, 255)), ("#0000ff", BLUE)])
def test_jpeg_shows_a_colour_behind_what_is_clear(
    tmp_path: Path, colour: str, seen: tuple[int, int, int]
) -> None:
    path = file(tmp_path, Image.new("RGBA", (32, 32), (255, 0, 0, 0)))
    _, image = made(path, format="jpeg", colour=colour)
    assert near(image.getpixel((5, 5)), seen)


def near(found: object, expected: tuple[int, ...], within: int = 6) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) <= within for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("wanted", FORMATS)
def test_a_crop_shows_what_lies_around_its_focus(tmp_path: Path, kind: str, wanted: str) -> None:
    picture = Image.new("RGB", (300, 100), RED)
    picture.paste(BLUE, (200, 0, 300, 100))
    path = file(tmp_path, picture, kind, quality=95)
    _, image = made(path, size=50, fit="crop", focus=(1, 0.5), format=wanted)
    assert image.size == (50, 50)
    assert near(image.convert("RGB").getpixel((25, 25)), (0, 0, 254), within=12)


@pytest.mark.parametrize("wanted", FORMATS)
def test_padding_lies_around_the_whole_picture(tmp_path: Path, wanted: str) -> None:
    path = file(tmp_path, Image.new("RGB", (300, 100), RED))
    _, image = made(path, size=90, fit="pad", colour="#0000ff", format=wanted)
    shown = image.convert("RGB")
    assert shown.size == (90, 90)
    assert near(shown.getpixel((45, 5)), BLUE, within=12)
    assert near(shown.getpixel((45, 45)), RED, within=12)


def test_clear_padding_stays_clear(tmp_path: Path) -> None:
    path = file(tmp_path, Image.new("RGB", (300, 100), RED))
    _, image = made(path, size=90, fit="pad", colour="#00000000", format="png")
    assert image.getpixel((45, 5)) == (0, 0, 0, 0)


@pytest.mark.parametrize("fit", ["crop", "pad"])
def test_a_shape_is_brought_into_a_platforms_range(tmp_path: Path, fit: str) -> None:
    path = file(tmp_path, scene(2, (900, 300)), "JPEG")
    found, _ = made(path, fit=fit, aspect=(0.8, 1.91), width=600)
    assert 0.8 <= found.width / found.height <= 1.91


@pytest.mark.parametrize("kind", FORMATS)
def test_a_ceiling_is_kept(tmp_path: Path, kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    path = file(tmp_path, Image.fromarray(noise))
    found, _ = made(path, size=400, format=kind, max_bytes=12_000)
    assert len(found.data) <= 12_000
    assert found.warnings == ()


def test_a_ceiling_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    found, _ = made(file(tmp_path, scene(1)), size=300, max_bytes=50)
    assert found.warnings[0].startswith("rendition made has ")
    assert "max_bytes of 50" in found.warnings[0]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("source", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
def test_wide_colours_come_out_as_srgb(tmp_path: Path, source: str, kind: str) -> None:
    colour = (90, 160, 110)  # which sRGB can show
    icc = profile(DISPLAY_P3, None)
    path = file(tmp_path, Image.new("RGB", (64, 64), colour), source, icc_profile=icc, quality=95)
    _, image = made(path, size=32, format=kind, quality=95)
    assert "icc_profile" not in image.info
    expected = shown_in_srgb(colour, DISPLAY_P3, None)
    assert near(image.convert("RGB").getpixel((16, 16)), expected, within=8)


def test_many_come_from_one_decode_in_the_order_wanted(tmp_path: Path) -> None:
    wanted = tuple(
        RenditionSettings(name=f"r{size}", size=size, format=kind)
        for size, kind in ((64, "png"), (300, "jpeg"), (128, "webp"))
    )
    found = render_all(file(tmp_path, scene(1)), wanted, LIMITS)
    assert [(each.name, each.width) for each in found] == [
        ("r64", 64),
        ("r300", 300),
        ("r128", 128),
    ]


def test_of_an_animation_the_first_frame_is_shown(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in (RED, BLUE)]
    path = tmp_path / "file.gif"
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:], duration=100)
    _, image = made(path, format="webp")
    assert getattr(image, "n_frames", 1) == 1
    assert near(image.convert("RGB").getpixel((16, 16)), RED, within=12)


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"%!PS-Adobe-3.0 EPSF-3.0\n", "no picture"), (b"hello\n", "no picture"), (b"", "no picture"),
     (b"\xff\xd8\xff\xe0nothing", "frame header"),
     (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture")],
)  # fmt: skip
def test_what_shows_no_picture_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(RejectedInput, match=says):
        made(path)


def test_a_picture_over_the_pixel_budget_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path, Image.new("1", (4000, 4000)))
    with pytest.raises(RejectedInput, match="over the"):
        render(path, RenditionSettings(name="made"), ValidateSettings(max_pixels=1_000_000))
