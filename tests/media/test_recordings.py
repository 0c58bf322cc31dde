from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import pytest

from schedulerx.media.recordings import describe
from tests.media.videos import clip, tone, turned

APPLE = "com.apple.quicktime."


def test_a_video_tells_its_codecs_and_rates(tmp_path: Path) -> None:
    found = describe(clip(tmp_path / "a.mp4", frames=48, sound="aac"))
    assert (found.video_codec, found.audio_codec) == ("h264", "aac")
    assert (found.width, found.height, found.fps, found.frames) == (160, 120, 24.0, 48)
    assert (found.channels, found.sample_rate) == (1, 44_100)
    assert found.bit_rate == pytest.approx((tmp_path / "a.mp4").stat().st_size * 4, rel=0.05)


@pytest.mark.parametrize(("degrees", "orientation"), [(0, 1), (90, 6), (180, 3), (270, 8)])
def test_a_turned_video_tells_how_to_put_it_upright(
    tmp_path: Path, degrees: int, orientation: int
) -> None:
    path = turned(clip(tmp_path / "a.mp4", frames=6), degrees)
    assert describe(path).orientation == orientation


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp3", "libmp3lame"), ("a.flac", "flac"), ("a.m4a", "aac"), ("a.opus", "libopus"),
     ("a.mka", "libopus"), ("a.wav", "pcm_s16le")],
)  # fmt: skip
def test_a_recording_tells_its_words_and_length(tmp_path: Path, name: str, codec: str) -> None:
    path = tone(tmp_path / name, 2.0, codec, title="Rain", artist="Iris", album="Weather")
    found = describe(path)
    assert (found.title, found.author, found.album) == ("Rain", "Iris", "Weather")
    assert found.duration_s == pytest.approx(2.0, abs=0.06)
    assert found.width is None


def test_a_recording_without_tags_says_nothing(tmp_path: Path) -> None:
    found = describe(tone(tmp_path / "a.amr", 1.0, "libopencore_amrnb"))
    assert (found.title, found.captured_at, found.audio_codec) == (None, None, "amrnb")


def test_an_iphone_tells_local_time_camera_place_and_its_other_half(tmp_path: Path) -> None:
    tags = {
        "creation_time": "2024-06-01T08:11:12.000000Z",
        APPLE + "creationdate": "2024-06-01T10:11:12+0200",
        APPLE + "make": "Apple",
        APPLE + "model": "iPhone 15",
        APPLE + "software": "17.5",
        APPLE + "location.ISO6709": "+53.5460-009.9830+010.500/",
        APPLE + "content.identifier": "9F0C-1",
    }
    options = {"movflags": "use_metadata_tags"}
    found = describe(clip(tmp_path / "a.mov", frames=6, tags=tags, options=options))
    assert found.captured_at == "2024-06-01T10:11:12+02:00"
    assert found.captured_from == APPLE + "creationdate"
    assert (found.camera_make, found.camera_model) == ("Apple", "iPhone 15")
    assert (found.software, found.content_identifier) == ("17.5", "9F0C-1")
    assert (found.gps, found.altitude_m) == ((53.546, -9.983), 10.5)


def test_the_header_s_time_is_universal(tmp_path: Path) -> None:
    tags = {"creation_time": "2024-06-01T08:11:12Z"}
    found = describe(clip(tmp_path / "a.mp4", frames=6, tags=tags))
    assert (found.captured_at, found.captured_from) == (
        "2024-06-01T08:11:12+00:00",
        "creation_time",
    )


@pytest.mark.parametrize("seconds", [0, 1, 2_082_844_800, 2**32 - 1])
def test_a_clock_that_was_never_set_is_not_trusted(tmp_path: Path, seconds: int) -> None:
    path = clip(tmp_path / "a.mp4", frames=6, tags={"creation_time": "2024-06-01T08:11:12Z"})
    data = bytearray(path.read_bytes())
    for kind, version in ((b"mvhd", 4), (b"tkhd", 4), (b"mdhd", 4)):
        at = data.index(kind) + len(kind) + version
        struct.pack_into(">II", data, at, seconds, seconds)
    path.write_bytes(data)
    assert describe(path).captured_at is None


def test_the_year_of_an_album_is_no_time_of_capture(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.mp3", 1.0, "libmp3lame", date="1999")
    assert describe(path).captured_at is None


def test_a_name_that_is_not_text_is_no_obstacle(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/concat:\xff\n%20.mp4"))
    clip(tmp_path / "a.mp4", frames=6).rename(odd)
    assert describe(odd).width == 160


def test_what_does_not_open_is_an_error_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(400))
    with pytest.raises(OSError, match="cannot be opened: Invalid data"):
        describe(path)


def test_lengths_and_codecs_agree_with_the_truth(shared: Path) -> None:
    corpus = shared / "corpora" / "open"
    lines = (corpus / "truth" / "video.jsonl").read_text("utf-8").splitlines()
    playable = [truth for truth in map(json.loads, lines) if "streams" in truth["probe"]]
    agreed = 0
    for truth in playable:
        found = describe(corpus / "files" / truth["path"])
        streams = {each["codec_type"]: each for each in truth["probe"]["streams"]}
        picture, sound = streams.get("video"), streams.get("audio")
        if picture is None or sound is None:
            continue
        assert found.duration_s == pytest.approx(float(truth["probe"]["format"]["duration"]))
        assert (found.video_codec, found.audio_codec) == (
            picture["codec_name"],
            sound["codec_name"],
        )
        assert (found.width, found.height) == (picture["width"], picture["height"])
        agreed += 1
    assert agreed >= 3
