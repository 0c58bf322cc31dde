"""Small made-up videos: scenes that drift, the same for the same number."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.media.pictures import scene

SIZE = (160, 120)
RATE = 24


def pictures(number: int, count: int, size: tuple[int, int] = SIZE) -> list[av.VideoFrame]:
    """Frames that cut to another scene every second and drift in between."""
    found = []
    for at in range(count):
        pixels = np.asarray(scene(number * 1000 + at // RATE, size))
        found.append(av.VideoFrame.from_ndarray(np.roll(pixels, at % RATE, 1).copy(), "rgb24"))
    return found


def clip(
    path: Path,
    number: int = 1,
    frames: int = 96,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = SIZE,
    gop: int = 12,
    rate: Fraction | int = RATE,
    sound: str | None = None,
    fmt: str | None = None,
    options: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
    threads: int = 1,
    kind: str = "yuv420p",
) -> Path:
    """A clip of `frames` frames in pixels of a kind; `sound` names the codec of a tone under it."""
    with av.open(str(path), "w", format=fmt, options=options or {}) as out:
        out.metadata.update(tags or {})
        stream = video_stream(out, codec, rate)
        stream.width, stream.height, stream.pix_fmt = *size, kind
        stream.gop_size, stream.bit_rate = gop, 400_000
        stream.codec_context.thread_count = threads
        heard = _audio_stream(out, sound) if sound else None
        for frame in pictures(number, frames):
            small = frame.reformat(*size, format=kind)
            out.mux(stream.encode(small))
        out.mux(stream.encode())
        if heard is not None:
            _sing(out, heard, frames / float(rate))
    return path


def tone(path: Path, seconds: float = 2.0, codec: str = "aac", **tags: str) -> Path:
    """A recording of one tone, without pictures."""
    with av.open(str(path), "w") as out:
        out.metadata.update(tags)
        _sing(out, _audio_stream(out, codec), seconds)
    return path


def video_stream(
    out: av.container.OutputContainer, codec: str, rate: Fraction | int = RATE
) -> av.VideoStream:
    """A stream of pictures to encode into."""
    stream = out.add_stream(codec, rate=rate)
    assert isinstance(stream, av.VideoStream)
    return stream


def _audio_stream(out: av.container.OutputContainer, codec: str) -> av.AudioStream:
    rate = {"libopus": 48_000, "libopencore_amrnb": 8_000}.get(codec, 44_100)
    stream = out.add_stream(codec, rate=rate, layout="mono")
    assert isinstance(stream, av.AudioStream)
    return stream


def _sing(out: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    rate = stream.rate
    times = np.arange(int(seconds * rate)) / rate
    wave = (8000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)
    for at in range(0, len(wave), 1024):
        frame = av.AudioFrame.from_ndarray(wave[None, at : at + 1024], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
        out.mux(stream.encode(frame))
    out.mux(stream.encode())


_MATRICES = {
    0: (1, 0, 0, 1),
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}


def turned(path: Path, degrees: int) -> Path:
    """An MP4 or QuickTime file whose first track asks to be turned clockwise."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40  # version 0: the matrix follows 40 bytes
    a, b, c, d = (each * 0x10000 for each in _MATRICES[degrees])
    struct.pack_into(">9i", data, at, a, b, 0, c, d, 0, 0, 0, 0x40000000)
    path.write_bytes(data)
    return path
