"""What a video or a recording is: sizes, lengths, codecs, times, camera, place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import msgspec

from schedulerx.media.recording_tags import Tags, told
from schedulerx.media.video import AV_ERRORS, cause, duration, opened, picture_stream, size_of
from schedulerx.model.record import Description

# Transfer characteristics of high dynamic range (ITU-T H.273, table 3).
TRANSFERS = {16: "pq", 18: "hlg"}
# What EXIF calls the turn that the display matrix wants, in degrees against the clock.
_ORIENTATIONS = {0: 1, 90: 8, 180: 3, 270: 6}


def describe(path: Path) -> Description:
    """From the container's header; one frame is decoded, since it alone tells how it is turned.

    Raises:
        OSError: it does not open.
    """
    try:
        return _described(path)
    except AV_ERRORS as error:
        raise OSError(f"the recording cannot be opened: {cause(error)}") from error


def _described(path: Path) -> Description:
    with opened(path) as container:
        seconds = duration(container)
        known = told(Tags(container))
        known = msgspec.structs.replace(
            known, duration_s=seconds, bit_rate=_bit_rate(path, seconds)
        )
        known = _heard(known, container)
        pictures = picture_stream(container)
        return known if pictures is None else _seen(known, container, pictures)


def _bit_rate(path: Path, seconds: float | None) -> int | None:
    """Of the whole file: what headers claim is often wrong."""
    return round(path.stat().st_size * 8 / seconds) if seconds else None


def _heard(known: Description, container: av.container.InputContainer) -> Description:
    stream = next(iter(container.streams.audio), None)
    if stream is None or stream.codec_context is None:
        return known
    return msgspec.structs.replace(
        known,
        audio_codec=stream.codec_context.name,
        channels=stream.channels or None,
        sample_rate=stream.rate or None,
    )


def _seen(
    known: Description, container: av.container.InputContainer, stream: av.VideoStream
) -> Description:
    width, height = size_of(stream)
    known = msgspec.structs.replace(
        known,
        width=width or None,
        height=height or None,
        frames=stream.frames or None,
        fps=rate_of(stream),
    )
    if stream.codec_context is None:
        return known
    return msgspec.structs.replace(
        known,
        video_codec=stream.codec_context.name,
        colour_transfer=TRANSFERS.get(stream.codec_context.color_trc),
        orientation=_orientation(container, stream),
    )


def rate_of(stream: av.VideoStream) -> float | None:
    """Frames a second on average, to three digits."""
    rate = stream.average_rate or stream.guessed_rate
    return round(float(Fraction(rate)), 3) or None if rate else None


def _orientation(container: av.container.InputContainer, stream: av.VideoStream) -> int | None:
    try:
        stream.codec_context.thread_count = 1
        frame = next(iter(container.decode(stream)), None)
    except AV_ERRORS:
        return None
    return _ORIENTATIONS.get(frame.rotation % 360) if frame is not None else None
