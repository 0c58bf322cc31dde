"""A moving picture (GIF, WebP, PNG) as a video, for places that would show it standing still."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from schedulerx.errors import RejectedInput, RetryableError
from schedulerx.media.colours import flattened, in_srgb, layered
from schedulerx.media.encoders import TICKS, video_stream
from schedulerx.media.fitting import Shape
from schedulerx.media.geometry import fitted
from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.media.integrity.pixels import hold_frames
from schedulerx.media.pictures import opened
from schedulerx.media.video import DISK_FAULTS, cause
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings

FPS = 25  # every platform takes it; a frame is shown as often as it lasts
LEAST_S = 4.0  # it is shown again until then: the longest minimum of a platform (Pinterest)
_MOST_S = 600.0
_USUAL_MS, _SHORTEST_MS = 100, 20  # browsers take what is shorter than 20 ms for 100 ms
_QUALITY, _RATE = 18, 40_000_000  # of x264; bits a second at most
_BT709, _LIMITED = 1, 1  # ITU-T H.273; FFmpeg's AVColorRange
_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}


def film(source: Path, size: int, limits: ValidateSettings, target: Path) -> None:
    """Writes the moving picture as H.264 in MP4, fitted into a square of `size` pixels, over white
    where it is transparent, and repeated until it lasts `LEAST_S`.

    Raises:
        RejectedInput: it cannot be decoded, or is over a limit.
        RetryableError: the disk is full, or may not be written.
    """
    try:
        with (
            opened(source, limits.max_pixels) as image,
            av.open(str(target), "w", "mp4", container_options=_OPTIONS) as out,
        ):
            hold_frames(getattr(image, "n_frames", 1), limits)
            _write(image, size, out)
    except DECODER_ERRORS as error:
        if getattr(error, "errno", None) in DISK_FAULTS:
            raise RetryableError(f"{target.parent} cannot be written: {cause(error)}") from error
        words = f"the animation cannot be decoded: {cause(error)}"
        raise RejectedInput(ReasonCode.UNREADABLE, words) from error


def _write(image: Image.Image, size: int, out: av.container.OutputContainer) -> None:
    width, height = (max(2, side // 2 * 2) for side in fitted(*image.size, size))
    shape = Shape(
        width=width, height=height, fps=None, seconds=None, video_rate=_RATE, audio_rate=0
    )
    stream = video_stream(out, shape, Fraction(FPS), _QUALITY)
    context = stream.codec_context
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED
    shown = 0
    for frame, until in _frames(image, (width, height)):
        while shown < round(until * FPS):
            frame.pts, frame.time_base = shown * TICKS // FPS, Fraction(1, TICKS)
            out.mux(stream.encode(frame))
            shown += 1
    out.mux(stream.encode(None))


def _frames(image: Image.Image, size: tuple[int, int]) -> Iterator[tuple[av.VideoFrame, float]]:
    """Each frame, and the second until which it is shown; from the beginning again where all of
    them last too short.
    """
    second, count = 0.0, getattr(image, "n_frames", 1)
    while second < LEAST_S:
        for number in range(count):
            image.seek(number)
            image.load()  # WebP tells how long a frame lasts once it is decoded
            second += _lasts(image)
            if second > _MOST_S:
                words = f"the animation lasts longer than {_MOST_S:.0f} seconds"
                raise RejectedInput(ReasonCode.REFUSED, words)
            yield _frame(image, size), second


def _lasts(image: Image.Image) -> float:
    """Seconds."""
    told = image.info.get("duration") or 0
    return float(told if told >= _SHORTEST_MS else _USUAL_MS) / 1000


def _frame(image: Image.Image, size: tuple[int, int]) -> av.VideoFrame:
    plain = flattened(in_srgb(layered(image), image.info.get("icc_profile")))
    frame = av.VideoFrame.from_ndarray(np.asarray(plain), format="rgb24")
    return frame.reformat(
        *size, format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG",
        interpolation="BICUBIC",
    )  # fmt: skip
