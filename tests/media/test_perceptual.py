from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from schedulerx.media.likeness import ALIKE, Views
from schedulerx.media.looks import look_of
from schedulerx.media.perceptual import greys_of
from schedulerx.media.sequences import pictures_likeness
from schedulerx.model.record import Look
from tests.media.pictures import cropped, jpeg, scene


def labelled(image: Image.Image) -> Image.Image:
    changed = image.copy()
    ImageDraw.Draw(changed).rectangle((20, 210, 100, 225), fill="white")
    return changed


SCENES = range(30)
CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "resized": lambda image: image.resize((160, 120)),
    "grey": lambda image: image.convert("L"),
    "contrast": lambda image: ImageEnhance.Contrast(image).enhance(1.3),
    "turned left": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "turned right": lambda image: image.transpose(Image.Transpose.ROTATE_270),
    "upside down": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "transposed": lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    "cropped 5 %": lambda image: cropped(image, 0.05),
    "cropped 10 %": lambda image: cropped(image, 0.1),
    "15 % off the left": lambda image: image.crop((48, 0, 320, 240)),
    "10 % off the top": lambda image: image.crop((0, 24, 320, 240)),
    "15 % off a corner": lambda image: image.crop((48, 36, 320, 240)),
    "turned by 2 degrees": lambda image: image.rotate(2, Image.Resampling.BICUBIC),
    "framed": lambda image: ImageOps.expand(image, 30, "black"),
    "in a page": lambda image: ImageOps.expand(image, (10, 60, 40, 90), "white"),
    "with a label": labelled,
    "mirrored and cropped": lambda image: cropped(
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 0.05
    ),
}


def look(image: Image.Image, quality: int = 85) -> Look:
    found = look_of(jpeg(image, quality))
    assert found is not None
    return found


def distance(one: Look, other: Look) -> int:
    """Bits between what either asks by and the other is found by."""
    return min(
        (a ^ b).bit_count()
        for asking, found in ((one, other), (other, one))
        for a in asking.hashes
        for b in found.hashes + found.parts
    )


def alike(one: Look, other: Look) -> float:
    views = [[Views(grey) for grey in greys_of(each.grey)] for each in (one, other)]
    return pictures_likeness(*views)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_copy_is_a_candidate_and_is_confirmed(
    change: Callable[[Image.Image], Image.Image],
) -> None:
    pairs = [(look(scene(each)), look(change(scene(each)), 40)) for each in SCENES]
    assert sum(distance(*pair) <= 8 for pair in pairs) >= 0.9 * len(pairs)
    assert min(alike(*pair) for pair in pairs) >= ALIKE


def test_other_pictures_are_neither() -> None:
    first = look(scene(0))
    others = [look(scene(each)) for each in SCENES if each]
    assert min(distance(first, other) for other in others) > 8
    assert max(alike(first, other) for other in others) < ALIKE


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (320, 240), "teal"),
        Image.linear_gradient("L").convert("RGB"),
        scene(1).resize((15, 240)),
    ],
    ids=["one colour", "an even slope", "too narrow"],
)
def test_what_tells_nothing_has_no_look(image: Image.Image) -> None:
    assert look_of(jpeg(image)) is None


def test_hashes_fit_the_database_and_come_sorted_and_once() -> None:
    for each in SCENES:
        for hashes in (look(scene(each)).hashes, look(scene(each)).parts):
            assert all(0 <= one < 2**63 for one in hashes)
            assert list(hashes) == sorted(set(hashes))
