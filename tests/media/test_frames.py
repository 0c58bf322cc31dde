from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from schedulerx.media.frames import Sample, sampled, shares
from tests.media.videos import clip, tone, video_stream

NOISE = 6.0  # grey levels of mean difference that coding at a low bit rate leaves
CUT = 20.0  # grey levels at least between two scenes


def grey(sample: Sample) -> NDArray[np.float32]:
    return np.asarray(sample.image.convert("L").resize((32, 32)), dtype=np.float32)


def differences(one: tuple[Sample, ...], other: tuple[Sample, ...]) -> list[float]:
    assert [each.share for each in one] == [each.share for each in other]
    return [float(np.abs(grey(a) - grey(b)).mean()) for a, b in zip(one, other, strict=True)]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("clips") / "original.mp4", frames=240)


@pytest.mark.parametrize(
    ("name", "codec", "size", "gop", "options"),
    [
        ("a.mkv", "libx264", (80, 60), 250, {}),
        ("a.webm", "libvpx", (120, 90), 60, {}),
        ("a.avi", "mpeg4", (160, 120), 9, {}),
        ("a.ts", "libx264", (96, 72), 31, {}),
        ("live.mkv", "libx264", (80, 60), 50, {"live": "1"}),
        ("fragments.mp4", "libx264", (80, 60), 40, {"movflags": "frag_keyframe+empty_moov"}),
    ],
)
def test_a_copy_shows_the_same_frames_wherever_its_key_frames_lie(
    tmp_path: Path, original: Path, name: str, codec: str, size: tuple[int, int], gop: int,
    options: dict[str, str],
) -> None:  # fmt: skip
    copy = clip(tmp_path / name, frames=240, codec=codec, size=size, gop=gop, options=options)
    found = differences(sampled(original), sampled(copy))
    assert len(found) == 8
    assert max(found) < NOISE


def test_frames_of_another_video_differ(tmp_path: Path, original: Path) -> None:
    other = clip(tmp_path / "b.mp4", number=2, frames=240)
    assert min(differences(sampled(original), sampled(other))) > CUT


def test_the_same_file_gives_the_same_pixels(original: Path) -> None:
    first, second = sampled(original), sampled(original)
    assert [each.image.tobytes() for each in first] == [each.image.tobytes() for each in second]


def test_a_single_group_of_pictures_is_decoded_through(tmp_path: Path, original: Path) -> None:
    copy = clip(tmp_path / "long.mp4", frames=240, gop=10_000)
    assert max(differences(sampled(original), sampled(copy))) < NOISE


def test_what_was_cut_off_is_left_out(tmp_path: Path) -> None:
    whole = clip(tmp_path / "whole.mkv", frames=240, gop=24).read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole[: len(whole) // 2])
    found = [each.share for each in sampled(cut)]
    assert found == list(shares())[: len(found)]
    assert 2 <= len(found) <= 6


def test_a_damaged_part_costs_its_own_frames_alone(tmp_path: Path, original: Path) -> None:
    data = bytearray(original.read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 10] = bytes(len(data) // 10)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(data)
    found = sampled(damaged)
    whole = {each.share: each for each in sampled(original)}
    close = [float(np.abs(grey(each) - grey(whole[each.share])).mean()) < 1 for each in found]
    assert len(found) >= 6
    assert sum(close) >= 5


def test_a_recording_has_no_frames(tmp_path: Path) -> None:
    assert sampled(tone(tmp_path / "a.m4a")) == ()


def test_what_is_no_video_has_no_frames(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(400))
    assert sampled(path) == ()


def test_a_frame_is_fitted_and_square(tmp_path: Path) -> None:
    path = tmp_path / "wide.mkv"
    with av.open(str(path), "w") as out:
        stream = video_stream(out, "libx264")
        stream.width, stream.height, stream.pix_fmt = 120, 120, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2)
        for _ in range(12):
            out.mux(stream.encode(av.VideoFrame(120, 120, "yuv420p")))
        out.mux(stream.encode())
    assert sampled(path, count=1, size=64)[0].image.size == (64, 32)
