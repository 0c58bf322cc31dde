from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from schedulerx.media.likeness import ALIKE, Views
from schedulerx.media.looks import look_of_frames
from schedulerx.media.perceptual import greys_of
from schedulerx.media.sequences import nearest, videos_likeness
from tests.media.pictures import cropped, scene

FRAMES = [scene(number) for number in range(8)]


def film(frames: Sequence[Image.Image]) -> list[Views]:
    look = look_of_frames(frames)
    assert look is not None
    return [Views(grey) for grey in greys_of(look.grey)]


def alike(frames: Sequence[Image.Image]) -> bool:
    return videos_likeness(film(FRAMES), film(frames)) >= ALIKE


def test_a_resized_and_cropped_film_is_the_same() -> None:
    assert alike([cropped(frame, 0.03).resize((128, 96)) for frame in FRAMES])


def test_a_film_that_begins_a_frame_later_is_the_same() -> None:
    assert alike([*FRAMES[1:], scene(50)])
    assert alike([scene(50), *FRAMES[:-1]])


def test_two_frames_may_differ_and_three_may_not() -> None:
    others = [scene(60), scene(61), scene(62)]
    assert alike([*others[:2], *FRAMES[2:]])
    assert not alike([*others, *FRAMES[3:]])


def test_the_same_frames_in_another_order_are_another_film() -> None:
    assert not alike(FRAMES[::-1])


def test_a_film_without_a_picture_has_no_look() -> None:
    assert look_of_frames([Image.new("RGB", (128, 96))] * 8) is None
    assert look_of_frames([]) is None


def stored(*scenes: Image.Image) -> bytes:
    look = look_of_frames(scenes)
    assert look is not None
    return look.grey


def test_at_a_glance_the_nearest_come_first() -> None:
    one = FRAMES[0]
    others = [stored(FRAMES[1]), stored(one), stored(FRAMES[2]), stored(cropped(one, 0.02))]
    assert nearest(stored(one), others, 2) == [1, 3]


def test_what_is_gone_is_near_to_nothing() -> None:
    one = stored(FRAMES[0])
    assert nearest(one, [b"", one, b""], 2) == [1]
    assert nearest(one, [b""], 2) == nearest(b"", [one], 2) == []
