"""Which encoders make a rendition, and how they are told what to do."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import av
from av.codec import Codec

from schedulerx.errors import ConfigurationError
from schedulerx.media.fitting import Shape

# In the order they are taken. The first is in the wheels of PyAV for most machines; the others
# serve an FFmpeg that was built without it (docs/decisions/0009).
H264 = ("libx264", "libopenh264", "h264_videotoolbox")
_AAC = "aac"  # FFmpeg's own
TICKS = 90_000  # a second, for the times of pictures: of every usual rate, a whole number
_THREADS = 4  # always: another number gives other bytes
_KEY_FRAME_S = 4
_STEREO = 2
_NARROW = 48_000  # bits a second: below, one voice that is clear is more than two that are not
# Rates that AAC knows (ISO/IEC 14496-3, table 1.18) and every player plays.
_SAMPLE_RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000)


def h264(names: Iterable[str] = H264) -> str:
    """The first of these encoders that this FFmpeg has.

    Raises:
        ConfigurationError: it has none.
    """
    for name in names:
        try:
            Codec(name, "w")
        except av.codec.codec.UnknownCodecError:
            continue
        return name
    raise ConfigurationError(
        f"the FFmpeg inside PyAV encodes no H.264 ({', '.join(names)}): install the wheel of PyAV "
        "for this machine, or take the video renditions (render.videos) out of the settings"
    )


def video_stream(
    out: av.container.OutputContainer, shape: Shape, rate: Fraction, quality: int
) -> av.VideoStream:
    """A stream of H.264, high profile, 4:2:0, in BT.709 or as the frames say."""
    name = h264()
    stream = out.add_stream(name, rate=rate)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height, stream.pix_fmt = shape.width, shape.height, "yuv420p"
    context = stream.codec_context
    context.time_base = Fraction(1, TICKS)
    context.thread_count = _THREADS
    context.gop_size = max(1, round(rate * _KEY_FRAME_S))
    context.sample_aspect_ratio = Fraction(1)
    if name == "libx264":
        context.options = _x264(shape, quality)
    else:
        context.bit_rate = shape.video_rate
    return stream


def _x264(shape: Shape, quality: int) -> dict[str, str]:
    """Constant quality under a ceiling, the same bytes on every processor."""
    return {
        "preset": "veryfast",
        "profile": "high",
        "crf": str(quality),
        "maxrate": str(shape.video_rate),
        "bufsize": str(shape.video_rate),
        "x264-params": "cpu-independent=1",
    }


def audio_stream(
    out: av.container.OutputContainer, source: av.AudioStream, shape: Shape
) -> av.AudioStream:
    """A stream of AAC, mono or stereo."""
    narrow = shape.audio_rate < _NARROW
    highest = min(source.rate, _SAMPLE_RATES[-2] if narrow else _SAMPLE_RATES[0])
    rate = next((each for each in _SAMPLE_RATES if each <= highest), _SAMPLE_RATES[-1])
    layout = "mono" if source.channels < _STEREO or narrow else "stereo"
    stream = out.add_stream(_AAC, rate=rate, layout=layout)
    assert isinstance(stream, av.AudioStream)
    stream.codec_context.bit_rate = shape.audio_rate
    stream.codec_context.thread_count = 1
    return stream
