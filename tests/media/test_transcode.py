from __future__ import annotations

import resource
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from schedulerx.errors import ConfigurationError, RejectedInput, RetryableError
from schedulerx.formats.boxes import top_boxes
from schedulerx.media import encoders
from schedulerx.media.frames import sampled
from schedulerx.media.recordings import describe
from schedulerx.media.transcode import Transcoded, transcode
from schedulerx.settings import VideoRenditionSettings
from tests.media.videos import clip, tone, turned, video_stream


def made(path: Path, target: Path | None = None, **wishes: object) -> Transcoded:
    wanted = VideoRenditionSettings(name="web", **wishes)  # type: ignore[arg-type]  # each test names its own
    return transcode(path, wanted, target or path.with_name("made.mp4"))


def stored(path: Path) -> Path:
    return path.with_name("made.mp4")


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(each) for each in container.demux(video=0) if each.size]


def likeness(one: Path, other: Path) -> float:
    pairs = zip(sampled(one, size=64), sampled(other, size=64), strict=True)
    return max(
        float(
            np.abs(
                np.asarray(a.image.resize((32, 32)), np.float32)
                - np.asarray(b.image.resize((32, 32)), np.float32)
            ).mean()
        )
        for a, b in pairs
    )


@pytest.mark.parametrize(
    ("name", "codec", "sound"),
    [
        ("a.webm", "libvpx", "libopus"),
        ("a.avi", "mpeg4", "libmp3lame"),
        ("a.ts", "mpeg2video", "mp2"),
    ],
)
def test_a_video_becomes_h264_and_aac_with_its_index_first(
    tmp_path: Path, name: str, codec: str, sound: str
) -> None:
    path = clip(tmp_path / name, codec=codec, sound=sound)
    found = made(path)
    assert (found.video_codec, found.audio_codec) == ("h264", "aac")
    assert (found.width, found.height) == (160, 120)
    assert found.duration_s == pytest.approx(4.0, abs=0.12)
    assert found.warnings == ()
    kinds = [box.kind for box in top_boxes(stored(path))]
    assert kinds.index(b"moov") < kinds.index(b"mdat")
    assert likeness(path, stored(path)) < 8


def test_the_picture_is_eight_bits_and_every_other_pixel_of_colour(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.webm", codec="libvpx", frames=12)
    made(path)
    with av.open(str(stored(path))) as container:
        context = container.streams.video[0].codec_context
        assert (context.pix_fmt, context.profile) == ("yuv420p", "High")


def test_streams_that_fit_are_copied(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", sound="aac")
    found = made(path)
    assert packets(stored(path)) == packets(path)
    assert found.duration_s == pytest.approx(4.0, abs=0.1)


def test_sound_alone_is_encoded_where_the_pictures_fit(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", sound="flac")
    assert made(path).audio_codec == "aac"


def test_a_video_without_sound_has_none(tmp_path: Path) -> None:
    assert made(clip(tmp_path / "a.webm", codec="libvpx", frames=12)).audio_codec is None


def test_a_recording_becomes_aac(tmp_path: Path) -> None:
    found = made(tone(tmp_path / "a.mp3", 2.0, "libmp3lame"))
    assert (found.width, found.video_codec, found.audio_codec) == (0, None, "aac")
    assert found.duration_s == pytest.approx(2.0, abs=0.1)


def test_ceilings_of_size_and_rate_hold(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", size=(320, 240), rate=60, frames=120)
    found = made(path, size=160, fps=24)
    with av.open(str(stored(path))) as container:
        assert float(container.streams.video[0].average_rate or 0) <= 24.5
    assert (found.width, found.height) == (160, 120)
    assert found.duration_s == pytest.approx(2.0, abs=0.1)


def test_nothing_is_cut_unless_asked(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", sound="aac")
    assert made(path, cut_s=1.5).duration_s == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize("max_bytes", [60_000, 30_000])
def test_a_ceiling_of_bytes_holds(tmp_path: Path, max_bytes: int) -> None:
    path = clip(tmp_path / "a.mp4", size=(320, 240), sound="aac")
    found = made(path, max_bytes=max_bytes)
    assert found.bytes == stored(path).stat().st_size <= max_bytes
    assert found.duration_s == pytest.approx(4.0, abs=0.1)


def test_bytes_that_no_rate_reaches_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", sound="aac")
    with pytest.raises(RejectedInput, match="under 2,000 bytes"):
        made(path, max_bytes=2000)
    assert [each.name for each in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_video_is_put_upright(tmp_path: Path, degrees: int) -> None:
    path = turned(clip(tmp_path / "a.mp4"), degrees)
    found = made(path)
    assert (found.width, found.height) == ((160, 120) if degrees == 180 else (120, 160))
    assert describe(stored(path)).orientation == 1
    assert likeness(path, stored(path)) < 8


def test_the_place_and_the_camera_never_arrive(tmp_path: Path) -> None:
    tags = {
        "title": "Harbour",
        "com.apple.quicktime.location.ISO6709": "+53.5460-009.9830/",
        "location": "+53.5460-009.9830/",
        "com.apple.quicktime.model": "iPhone 15",
    }
    options = {"movflags": "use_metadata_tags"}
    path = clip(tmp_path / "a.mov", frames=12, tags=tags, options=options)
    made(path)
    assert b"+53.5" not in stored(path).read_bytes()
    assert b"Harbour" not in stored(path).read_bytes()
    made(path, keep_metadata=True)
    assert describe(stored(path)).title == "Harbour"
    assert b"+53.5" not in stored(path).read_bytes()
    assert b"iPhone" not in stored(path).read_bytes()


def test_the_same_video_gives_the_same_bytes(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.webm", codec="libvpx", frames=48, sound="libopus")
    made(path, tmp_path / "one.mp4")
    made(path, tmp_path / "two.mp4")
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_a_variable_rate_keeps_its_times(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    times = [0, 40, 80, 1000, 1040, 3000, 3040]
    with av.open(str(path), "w") as out:
        stream = video_stream(out, "mpeg4", 25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for time in times:
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    made(path)
    with av.open(str(stored(path))) as container:
        shown = [round(float(each.time) * 1000) for each in container.decode(video=0)]
    assert shown == times


def test_high_dynamic_range_is_mapped_to_every_screen(tmp_path: Path) -> None:
    path = tmp_path / "hdr.mp4"
    with av.open(str(path), "w") as out:
        stream = video_stream(out, "libx265")
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace = 9, 16, 9
        context.options = {"x265-params": "log-level=0", "preset": "ultrafast"}
        for _ in range(3):
            grey = np.full((64, 64, 3), 128, np.uint8)  # half of PQ: 92 of 10,000 candela
            frame = av.VideoFrame.from_ndarray(grey, "rgb24").reformat(format="yuv420p10le")
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    assert describe(path).colour_transfer == "pq"
    made(path)
    assert describe(stored(path)).colour_transfer is None
    with av.open(str(stored(path))) as container:
        shown = next(container.decode(video=0)).to_ndarray(format="gray")
    assert 150 < shown.mean() < 220  # the light of a face, not a dull half


def test_what_is_broken_is_left_out_and_told(tmp_path: Path) -> None:
    data = bytearray(clip(tmp_path / "a.avi", codec="mpeg4", frames=240, gop=24).read_bytes())
    for at in range(len(data) // 3, len(data) // 2, 40):
        data[at] ^= 0xFF
    (tmp_path / "a.avi").write_bytes(data)
    found = made(tmp_path / "a.avi")
    assert found.warnings
    assert found.duration_s > 4


def test_a_video_that_was_cut_off_ends_where_it_does(tmp_path: Path) -> None:
    whole = clip(tmp_path / "a.mkv", frames=240).read_bytes()
    (tmp_path / "a.mkv").write_bytes(whole[: len(whole) // 2])
    found = made(tmp_path / "a.mkv")
    assert "could be played" in " ".join(found.warnings)
    assert 2 < found.duration_s < 8


@pytest.mark.parametrize(
    "data", [b"", b"nothing at all" * 100, b"\x00\x00\x00\x18ftypisom" + bytes(400)]
)
def test_what_is_no_video_is_refused_and_leaves_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(data)
    with pytest.raises(RejectedInput):
        made(tmp_path / "a.mp4")
    assert [each.name for each in tmp_path.iterdir()] == ["a.mp4"]


def test_a_full_disk_is_not_the_video_s_fault(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.webm", codec="libvpx", size=(320, 240))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(RetryableError, match="cannot be written"):
            made(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [each.name for each in tmp_path.iterdir()] == ["a.webm"]


def test_an_ffmpeg_without_an_encoder_is_the_operator_s_to_mend() -> None:
    with pytest.raises(ConfigurationError, match=r"render\.videos"):
        encoders.h264(["no_such_encoder"])


def test_the_second_encoder_serves_where_the_first_is_missing() -> None:
    assert encoders.h264(["no_such_encoder", "libx264"]) == "libx264"
