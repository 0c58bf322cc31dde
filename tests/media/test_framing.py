"""Videos of a wanted shape: what the frame is, and what is seen in it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.media.fitting import Shape, Source, framed, shape
from schedulerx.media.recordings import describe
from schedulerx.media.transcode import transcode
from schedulerx.settings import FramedVideoSettings

BLUE, GREEN = (0, 0, 255), (0, 160, 0)


def wanted(fit: str, ratio: float, size: int = 1920) -> FramedVideoSettings:
    return FramedVideoSettings(
        name="post", size=size, fit=fit, aspect=(ratio, ratio), colour="#0000ff"
    )


def green(path: Path, width: int, height: int) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=Fraction(10))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        picture = np.full((height, width, 3), GREEN, dtype=np.uint8)
        for _ in range(5):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    return path


def first_frame(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")


def is_like(pixel: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() < 40)


def test_borders_are_laid_around_the_whole_picture(tmp_path: Path) -> None:
    transcode(green(tmp_path / "a.mp4", 160, 120), wanted("pad", 9 / 16), tmp_path / "b.mp4")
    seen = first_frame(tmp_path / "b.mp4")
    height, width, _ = seen.shape
    assert width / height == pytest.approx(9 / 16, rel=0.02)
    assert is_like(seen[2, width // 2], BLUE)
    assert is_like(seen[-3, width // 2], BLUE)
    assert is_like(seen[height // 2, 3], GREEN)


def test_edges_are_cut_off(tmp_path: Path) -> None:
    transcode(green(tmp_path / "a.mp4", 160, 120), wanted("crop", 1.0), tmp_path / "b.mp4")
    seen = first_frame(tmp_path / "b.mp4")
    assert seen.shape[:2] == (120, 120)
    assert is_like(seen[2, 2], GREEN)


def test_a_video_of_that_shape_is_copied_as_it_is(tmp_path: Path) -> None:
    source = green(tmp_path / "a.mp4", 90, 160)
    transcode(source, wanted("pad", 9 / 16), tmp_path / "b.mp4")
    assert describe(tmp_path / "b.mp4").width == 90
    with av.open(str(source)) as one, av.open(str(tmp_path / "b.mp4")) as other:
        packets = [[bytes(each) for each in file.demux(video=0)] for file in (one, other)]
    assert packets[0] == packets[1]


@given(
    st.integers(2, 4000), st.integers(2, 4000), st.floats(0.2, 5), st.sampled_from(["pad", "crop"]),
    st.integers(64, 4096),
)  # fmt: skip
def test_the_picture_keeps_its_shape_and_its_frame_fits(
    width: int, height: int, ratio: float, fit: str, size: int
) -> None:
    source = Source(width=width, height=height, fps=25.0, seconds=1.0, has_sound=False)
    made = shape(source, wanted(fit, ratio, size))
    assert max(made.width, made.height) <= max(size, 2)
    assert made.width % 2 == made.height % 2 == 0
    if made.inner is not None:
        outside = [one >= other for one, other in zip(made.inner, _sides(made), strict=True)]
        assert all(outside) if fit == "crop" else not any(
            one > other for one, other in zip(made.inner, _sides(made), strict=True)
        )  # fmt: skip
    assert framed(width, height, wanted(fit, width / height)) == pytest.approx((width, height))


def _sides(made: Shape) -> tuple[int, int]:
    return made.width, made.height
