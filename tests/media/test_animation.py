from __future__ import annotations

import errno
from pathlib import Path

import av
import pytest
from PIL import Image

from schedulerx.errors import RejectedInput, RetryableError
from schedulerx.media import animation
from schedulerx.media.animation import FPS, LEAST_S, film
from schedulerx.media.recordings import describe
from schedulerx.settings import ValidateSettings

LIMITS = ValidateSettings()
RED, BLUE = (255, 0, 0), (0, 0, 255)


def gif(
    path: Path, colours: list[tuple[int, int, int]], ms: int, size: tuple[int, int] = (64, 48)
) -> Path:
    frames = [Image.new("RGB", size, colour) for colour in colours]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=ms, loop=0)
    return path


def colour_at(path: Path, second: float) -> tuple[int, ...]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= second:
                return tuple(int(each) for each in frame.to_ndarray(format="rgb24")[20, 20])
    raise AssertionError(f"nothing is shown at {second} s")


def is_like(colour: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(colour, wanted, strict=True))


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_frames_are_shown_as_long_as_they_last_and_again(tmp_path: Path, kind: str) -> None:
    source = gif(tmp_path / f"a.{kind}", [RED, BLUE], ms=500)
    film(source, 1920, LIMITS, tmp_path / "a.mp4")
    shown = [colour_at(tmp_path / "a.mp4", second) for second in (0.1, 0.7, 1.2, 3.7)]
    assert [is_like(each, BLUE) for each in shown] == [False, True, False, True]
    known = describe(tmp_path / "a.mp4")
    assert known.duration_s == pytest.approx(LEAST_S, abs=0.1)
    assert (known.video_codec, known.fps, known.width, known.height) == ("h264", FPS, 64, 48)


def test_one_that_lasts_long_enough_is_shown_once(tmp_path: Path) -> None:
    source = gif(tmp_path / "a.gif", [RED, BLUE], ms=3000)
    film(source, 1920, LIMITS, tmp_path / "a.mp4")
    assert describe(tmp_path / "a.mp4").duration_s == pytest.approx(6.0, abs=0.1)


def test_odd_sides_become_even_and_large_ones_fit(tmp_path: Path) -> None:
    source = gif(tmp_path / "a.gif", [RED, BLUE], ms=2000, size=(301, 151))
    film(source, 200, LIMITS, tmp_path / "a.mp4")
    known = describe(tmp_path / "a.mp4")
    assert (known.width, known.height) == (200, 100)


def test_equal_pictures_give_equal_bytes(tmp_path: Path) -> None:
    source = gif(tmp_path / "a.gif", [RED, BLUE], ms=700)
    for name in ("a.mp4", "b.mp4"):
        film(source, 1920, LIMITS, tmp_path / name)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_one_that_lasts_for_hours_is_refused(tmp_path: Path) -> None:
    source = gif(tmp_path / "a.gif", [RED, BLUE] * 6, ms=60_000)
    with pytest.raises(RejectedInput, match="longer than 600 seconds"):
        film(source, 1920, LIMITS, tmp_path / "a.mp4")


def test_one_with_too_many_frames_is_refused(tmp_path: Path) -> None:
    source = gif(tmp_path / "a.gif", [RED, BLUE] * 3, ms=100)
    with pytest.raises(RejectedInput, match="6 frames, over the limit of 5"):
        film(source, 1920, ValidateSettings(max_frames=5), tmp_path / "a.mp4")


def test_one_that_cannot_be_decoded_is_the_files_fault(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(b"GIF89a" + bytes(40))
    with pytest.raises(RejectedInput, match="cannot be decoded"):
        film(tmp_path / "a.gif", 1920, LIMITS, tmp_path / "a.mp4")


def test_a_full_disk_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(animation, "_write", full)
    source = gif(tmp_path / "a.gif", [RED, BLUE], ms=100)
    with pytest.raises(RetryableError, match="No space left"):
        film(source, 1920, LIMITS, tmp_path / "a.mp4")
