"""Recordings: whole in every container, told where they are not, harmless where they trap."""

from __future__ import annotations

import random
import socket
import struct
from pathlib import Path

import pytest
from msgspec.structs import replace

from schedulerx.errors import RejectedInput
from schedulerx.media.frames import sampled
from schedulerx.media.integrity.video import check
from schedulerx.media.poster import poster
from schedulerx.media.recordings import describe
from schedulerx.media.video import AV_ERRORS, opened
from schedulerx.model.findings import SOUND, Findings
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings
from tests.media.videos import clip, tone

LIMITS = ValidateSettings()
VIDEOS = [
    ("a.mp4", "libx264", "aac"), ("a.mov", "mpeg4", "pcm_s16le"), ("a.mkv", "libx264", "flac"),
    ("a.webm", "libvpx", "libopus"), ("a.avi", "mpeg4", "libmp3lame"), ("a.3gp", "mpeg4", "aac"),
    ("a.ts", "libx264", "aac"), ("a.flv", "libx264", "aac"), ("a.mpg", "mpeg2video", "mp2"),
]  # fmt: skip
SOUNDS = [
    ("a.mp3", "libmp3lame"), ("a.m4a", "aac"), ("a.wav", "pcm_s16le"), ("a.flac", "flac"),
    ("a.opus", "libopus"), ("a.amr", "libopencore_amrnb"), ("a.aac", "aac"),
]  # fmt: skip


def refused(path: Path, limits: ValidateSettings = LIMITS) -> RejectedInput:
    with pytest.raises(RejectedInput) as caught:
        check(path, limits)
    return caught.value


def cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


@pytest.mark.parametrize(("name", "codec", "sound"), VIDEOS)
def test_a_whole_video_is_sound(tmp_path: Path, name: str, codec: str, sound: str) -> None:
    rate = 25 if codec == "mpeg2video" else 24
    assert check(clip(tmp_path / name, codec=codec, sound=sound, rate=rate), LIMITS) == SOUND


@pytest.mark.parametrize(("name", "codec"), SOUNDS)
def test_a_whole_recording_is_sound(tmp_path: Path, name: str, codec: str) -> None:
    assert check(tone(tmp_path / name, 2.0, codec), LIMITS) == SOUND


@pytest.mark.parametrize("name", ["a.mkv", "a.avi"])
def test_a_video_that_was_cut_off_says_so(tmp_path: Path, name: str) -> None:
    path = cut(clip(tmp_path / name, codec="mpeg4", sound="libmp3lame"), 0.6)
    assert "it was cut off" in (check(path, LIMITS).damage or "")


def test_an_mp4_that_was_cut_off_behind_its_index_says_so(tmp_path: Path) -> None:
    path = cut(clip(tmp_path / "a.mp4", options={"movflags": "faststart"}), 0.6)
    assert check(path, LIMITS).damage == "the file ends within its mdat box: it was cut off"


def test_an_mp4_without_its_index_says_so(tmp_path: Path) -> None:
    found = refused(cut(clip(tmp_path / "a.mp4"), 0.6))
    assert found.code is ReasonCode.UNREADABLE
    assert "index (moov) is missing" in found.reason


@pytest.mark.parametrize(
    ("name", "codec"), [("a.wav", "pcm_s16le"), ("a.flac", "flac"), ("a.mp3", "libmp3lame")]
)
def test_a_recording_that_was_cut_off_is_damaged(tmp_path: Path, name: str, codec: str) -> None:
    path = cut(tone(tmp_path / name, 8.0, codec), 0.5)
    assert check(path, LIMITS).damage is not None


def test_a_hole_in_the_middle_is_told_with_its_place(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", frames=240)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = bytes(4000)
    path.write_bytes(data)
    assert "pictures cannot be decoded, the first at" in (check(path, LIMITS).damage or "")


def test_a_long_video_is_played_at_its_key_frames(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", frames=240)
    small = replace(LIMITS, checked_pixels=160 * 120 * 100)
    assert check(path, small) == SOUND
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20_000] = bytes(20_000)
    path.write_bytes(data)
    assert check(path, small).damage is not None


def test_what_follows_the_end_is_told_apart(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", frames=12)
    whole = path.read_bytes()
    for more, words in (
        (b"PK\x03\x04" + bytes(100), "a ZIP archive follows"),
        (b"\x01\x02" * 4000, "8000 bytes follow the end of the recording"),
    ):
        path.write_bytes(whole + more)
        found = check(path, LIMITS)
        assert found.damage is None
        assert words in " ".join(found.warnings)
    path.write_bytes(whole + bytes(500))
    assert check(path, LIMITS) == SOUND


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"max_duration_s": 3.0}, "claims 4 seconds, over the limit of 3; raise max_duration_s"),
        ({"max_video_frames": 90}, "frames, over the limit of 90; raise max_video_frames"),
        ({"max_streams": 1}, "claims 2 streams, over the limit of 1; raise max_streams"),
        ({"max_pixels": 19_000}, "claims 160 x 120 pixels, over the limit of 19,000 pixels"),
    ],
)
def test_a_recording_over_a_limit_is_refused_with_both_values(
    tmp_path: Path, limit: dict[str, float], words: str
) -> None:
    found = refused(clip(tmp_path / "a.mp4", sound="aac"), replace(LIMITS, **limit))
    assert found.code is ReasonCode.REFUSED
    assert words in found.reason


def test_a_claim_of_a_hundred_million_frames_is_refused_before_there_is_room_for_them(
    tmp_path: Path,
) -> None:
    path = clip(tmp_path / "a.mp4", frames=12)
    data = bytearray(path.read_bytes())
    at = data.index(b"stsz") + 8
    struct.pack_into(">II", data, at, 1, 100_000_000)  # each of one byte
    path.write_bytes(data)
    assert "claims 100,000,000 frames" in refused(path).reason


def test_a_fragment_that_claims_as_many_is_refused(tmp_path: Path) -> None:
    options = {"movflags": "frag_keyframe+empty_moov"}
    path = clip(tmp_path / "a.mp4", frames=24, options=options)
    assert check(path, LIMITS) == SOUND
    data = bytearray(path.read_bytes())
    struct.pack_into(">I", data, data.index(b"trun") + 8, 2**31)
    path.write_bytes(data)
    assert "claims 2,147,483,648 frames" in refused(path).reason


@pytest.mark.parametrize(
    ("side", "words"),
    [(16_000, "claims 16000 x 16000 pixels"), (40_000, "not one frame"), (2**30, "not one frame")],
)
def test_a_frame_of_a_gigapixel_is_not_decoded(tmp_path: Path, side: int, words: str) -> None:
    path = clip(tmp_path / "a.avi", codec="rawvideo", frames=3)
    data = bytearray(path.read_bytes())
    struct.pack_into("<II", data, data.index(b"strf") + 12, side, side)
    path.write_bytes(data)
    assert words in refused(path, replace(LIMITS, max_pixels=100_000_000)).reason


def test_pictures_that_no_decoder_knows_are_told_and_their_sound_is_played(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", sound="aac", frames=24)
    path.write_bytes(path.read_bytes().replace(b"V_MPEG4/ISO/AVC", b"V_NOBODY/KNOWS!"))
    assert (
        check(path, LIMITS).damage == "its pictures are coded in a way that no decoder here knows"
    )
    assert describe(path).audio_codec == "aac"
    assert sampled(path) == ()
    assert poster(path, 100) is None
    with pytest.raises(RejectedInput):
        check(clip_without_decoder(tmp_path / "b.mkv"), LIMITS)


def clip_without_decoder(path: Path) -> Path:
    clip(path, frames=24)
    path.write_bytes(path.read_bytes().replace(b"V_MPEG4/ISO/AVC", b"V_NOBODY/KNOWS!"))
    return path


def test_a_playlist_under_the_name_of_a_video_reaches_nothing(tmp_path: Path) -> None:
    clip(tmp_path / "secret.ts", frames=12)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        traps = {
            "a.mp4": f"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:{port}/x.ts\n#EXT-X-ENDLIST\n",
            "b.m3u8": "#EXTM3U\n#EXTINF:1,\nsecret.ts\n#EXT-X-ENDLIST\n",
            "c.mp4": "ffconcat version 1.0\nfile secret.ts\n",
            "d.mpd": f"<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1:{port}/</BaseURL></MPD>",
            "e.sdp": f"v=0\no=- 0 0 IN IP4 0.0.0.0\nm=video {port} RTP/AVP 96\n",
        }
        for name, text in traps.items():
            (tmp_path / name).write_text(text)
            with pytest.raises(AV_ERRORS), opened(tmp_path / name):
                pass
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_reference_to_another_file_is_not_followed(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mov", codec="mpeg4", frames=12)
    secret = clip(tmp_path / "secret.mov", codec="mpeg4", number=7, frames=12)
    data = path.read_bytes()
    url = b"url \x00\x00\x00\x01"
    assert url in data
    where = b"file://" + str(secret).encode() + b"\x00"
    box = struct.pack(">I", 12 + len(where)) + b"url \x00\x00\x00\x00" + where
    grown = grow(data, data.index(url) - 4, 12, box)
    (tmp_path / "trap.mov").write_bytes(
        grown[: grown.index(b"mdat") - 4] + grown[grown.index(b"moov") - 4 :]
    )
    try:
        found: Findings | RejectedInput = check(tmp_path / "trap.mov", LIMITS)
    except RejectedInput as error:
        found = error
    assert not isinstance(found, Findings) or found.damage is not None


def grow(data: bytes, at: int, old: int, box: bytes) -> bytes:
    """Replaces a box, and adds what it grew by to every box that holds it."""
    grown = bytearray(data[:at] + box + data[at + old :])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        start = data.index(kind) - 4
        struct.pack_into(
            ">I", grown, start, struct.unpack_from(">I", data, start)[0] + len(box) - old
        )
    return bytes(grown)


@pytest.mark.parametrize(("name", "codec", "sound"), VIDEOS[:6])
def test_a_mutated_video_is_judged_and_never_a_crash(
    tmp_path: Path, name: str, codec: str, sound: str
) -> None:
    path = clip(tmp_path / name, codec=codec, sound=sound, frames=24)
    whole, verdicts = path.read_bytes(), set()
    for seed in range(40):
        rng = random.Random(seed)
        data = bytearray(whole)
        for _ in range(rng.choice([1, 5, 60])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(data[: rng.choice([len(data), rng.randrange(1, len(data))])])
        try:
            verdicts.add("damaged" if check(path, LIMITS).damage else "sound")
        except RejectedInput as error:
            verdicts.add(error.code.value)
    assert "damaged" in verdicts
    assert len(verdicts) > 1
