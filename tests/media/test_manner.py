from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from schedulerx.media.manner import Manner, manner_of
from schedulerx.model.record import Description

BUDGET = 100_000_000


def manner(path: Path) -> Manner:
    return manner_of(path, Description(), BUDGET)


def test_a_picture_for_print_is_told(tmp_path: Path) -> None:
    Image.new("CMYK", (8, 8)).save(tmp_path / "a.jpg")
    assert manner(tmp_path / "a.jpg") == Manner(inks=True)


@pytest.mark.parametrize(("lowest", "clear"), [(255, False), (254, True)])
def test_only_what_can_be_seen_through_is_clear(
    tmp_path: Path, lowest: int, *, clear: bool
) -> None:
    image = Image.new("RGBA", (8, 8), (1, 2, 3, 255))
    image.putpixel((3, 3), (1, 2, 3, lowest))
    image.save(tmp_path / "a.png")
    assert manner(tmp_path / "a.png").clear is clear


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_what_moves_has_frames(tmp_path: Path, kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    path = tmp_path / f"a.{kind}"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    assert manner(path).frames == 3


def test_the_pages_of_a_fax_do_not_move(tmp_path: Path) -> None:
    pages = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    pages[0].save(tmp_path / "a.tiff", save_all=True, append_images=pages[1:])
    assert manner(tmp_path / "a.tiff").frames == 1


def test_what_pillow_cannot_open_counts_as_usual(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    assert manner(tmp_path / "a.png") == Manner()
