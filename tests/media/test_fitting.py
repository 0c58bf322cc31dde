from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from schedulerx.media.fitting import Source, fits, shape
from schedulerx.model.record import Description
from schedulerx.settings import VideoRenditionSettings

WANTED = VideoRenditionSettings(name="web", size=1280, fps=30, bit_rate=4_000_000)
PLAIN = Description(
    width=1280, height=720, orientation=1, fps=29.97, duration_s=10.0, bit_rate=2_000_000,
    video_codec="h264", audio_codec="aac", channels=2,
)  # fmt: skip


def test_a_video_under_every_ceiling_stays_as_it_is() -> None:
    assert fits(PLAIN, WANTED) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"video_codec": "hevc"}, "hevc"),
        ({"audio_codec": "opus"}, "opus"),
        ({"orientation": 6}, "turned"),
        ({"colour_transfer": "pq"}, "HDR"),
        ({"channels": 6}, "6 channels"),
        ({"width": 720, "height": 1281}, "1,281 pixels"),
        ({"fps": 59.94}, "60 frames a second"),
        ({"bit_rate": 4_500_000}, "4,500,000 bits a second"),
    ],
)
def test_what_does_not_fit_is_told_with_its_value(fields: dict[str, object], words: str) -> None:
    reasons = fits(replace(PLAIN, **fields), WANTED)
    assert len(reasons) == 1
    assert words in reasons[0]


def test_bytes_and_seconds_are_ceilings_where_they_are_set() -> None:
    short = VideoRenditionSettings(name="short", max_bytes=2_000_000, cut_s=5)
    assert fits(PLAIN, short) == ["10 seconds, over 5", "2,500,000 bytes, over 2,000,000"]


sources = st.builds(
    Source,
    width=st.integers(2, 8192),
    height=st.integers(2, 8192),
    fps=st.none() | st.floats(1, 240),
    seconds=st.none() | st.floats(0.1, 100_000),
    has_sound=st.booleans(),
)
wishes = st.builds(
    VideoRenditionSettings,
    name=st.just("x"),
    size=st.integers(16, 8192),
    fps=st.floats(1, 240),
    bit_rate=st.integers(64_000, 50_000_000),
    max_bytes=st.none() | st.integers(1000, 10**9),
    cut_s=st.none() | st.floats(0.1, 1000),
)


@given(sources, wishes)
def test_a_shape_is_even_and_never_above_the_source_or_the_ceilings(
    source: Source, wanted: VideoRenditionSettings
) -> None:
    made = shape(source, wanted)
    assert made.width % 2 == made.height % 2 == 0
    assert (
        2
        <= max(made.width, made.height)
        <= max(2, min(wanted.size, max(source.width, source.height)))
    )
    assert made.fps is None or made.fps <= wanted.fps
    assert made.seconds is None or wanted.cut_s is None or made.seconds <= wanted.cut_s
    least = 40_000
    assert made.video_rate + made.audio_rate * source.has_sound <= max(least, wanted.bit_rate)


@given(sources, wishes)
def test_what_a_shape_takes_is_below_the_wanted_bytes(
    source: Source, wanted: VideoRenditionSettings
) -> None:
    made = shape(source, wanted)
    if wanted.max_bytes and made.seconds and wanted.max_bytes * 8 / made.seconds > 80_000:
        rate = made.video_rate + made.audio_rate * source.has_sound
        assert rate * made.seconds / 8 <= wanted.max_bytes


def test_few_bits_make_a_picture_smaller_before_it_becomes_blocks() -> None:
    source = Source(width=1920, height=1080, fps=30, seconds=60, has_sound=True)
    rich = shape(source, VideoRenditionSettings(name="x"))
    poor = shape(source, VideoRenditionSettings(name="x", max_bytes=2_000_000))
    assert (rich.width, rich.height) == (1920, 1080)
    assert 256 <= poor.width < 900
    assert abs(poor.width / poor.height - 16 / 9) < 0.05
