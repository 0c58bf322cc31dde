"""Videos and sound recordings through FFmpeg's libraries (PyAV)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import av.logging

from schedulerx.media.exif import iso_6709_place
from schedulerx.media.times import iso_time
from schedulerx.model.record import Description

# What FFmpeg's wrappers raise on broken files.
AV_ERRORS = (av.error.FFmpegError, OSError, ValueError, RuntimeError, EOFError, IndexError)

_APPLE = "com.apple.quicktime."
# Local time with an offset first; the plain tag is UTC by the format's own rule.
_TIME_TAGS = (_APPLE + "creationdate", "creation_time")
_PLACE_TAGS = (_APPLE + "location.ISO6709", "location", "location-eng")
_TAGGED_DURATION = re.compile(r"(\d{1,6}):(\d\d):(\d\d(?:\.\d{1,9})?)")
_MICROSECONDS, _MILLISECOND = 1_000_000, 1000  # FFmpeg counts in microseconds


@contextmanager
def opened(path: Path) -> Iterator[av.container.InputContainer]:
    """A container of streams; external references are never followed.

    Raises:
        AV_ERRORS: FFmpeg cannot open it.
    """
    av.logging.set_level(av.logging.PANIC)
    # Only this file: a playlist or a reference in it must not open another, or the network.
    options = {"protocol_whitelist": "file", "enable_drefs": "0"}
    with av.open(str(path), "r", container_options=options, metadata_errors="replace") as container:
        yield container


def describe(path: Path) -> Description:
    """Size, duration, frames, time, camera and place, from the container's header."""
    with opened(path) as container:
        tags = {name: str(value) for name, value in container.metadata.items()}
        captured_at, captured_from = _captured(tags)
        pictures = picture_stream(container)
        size = size_of(pictures) if pictures else (0, 0)
        return Description(
            width=size[0] or None,
            height=size[1] or None,
            frames=(pictures.frames or None) if pictures else None,
            duration_s=_duration(container),
            captured_at=captured_at,
            captured_from=captured_from,
            camera_make=tags.get(_APPLE + "make") or tags.get("make"),
            camera_model=tags.get(_APPLE + "model") or tags.get("model"),
            gps=_place(tags),
            title=tags.get("title"),
            author=tags.get("artist"),
        )


def picture_stream(container: av.container.InputContainer) -> av.VideoStream | None:
    """The first stream of moving pictures; a recording's cover is none."""
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            return stream
    return None


def size_of(stream: av.VideoStream) -> tuple[int, int]:
    """Width and height in pixels; 0, 0 where no decoder knows the stream."""
    if stream.codec_context is None:
        return 0, 0
    return stream.width or 0, stream.height or 0


def seconds_of_pictures(
    container: av.container.InputContainer, stream: av.VideoStream
) -> Fraction | None:
    """How long the pictures last: as their stream says, else the file; None where none does."""
    if stream.duration and stream.duration > 0 and stream.time_base:
        return stream.duration * stream.time_base
    written = _TAGGED_DURATION.fullmatch(stream.metadata.get("DURATION", ""))  # Matroska
    if written is not None:
        hours, minutes, seconds = map(Fraction, written.groups())
        return (hours * 60 + minutes) * 60 + seconds or None
    if container.duration is not None and container.duration > 0:
        return Fraction(container.duration, _MICROSECONDS)
    return None


def _duration(container: av.container.InputContainer) -> float | None:
    """Seconds: of the container, else of the longest stream."""
    if container.duration is not None and container.duration >= _MILLISECOND:
        return round(container.duration / _MICROSECONDS, 3)
    lengths = [
        float(stream.duration * stream.time_base)
        for stream in container.streams
        if stream.duration and stream.time_base
    ]
    return round(max(lengths), 3) or None if lengths else None


def _captured(tags: dict[str, str]) -> tuple[str | None, str | None]:
    for tag in _TIME_TAGS:
        moment = iso_time(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", tags.get(tag, "")))
        if moment is not None:
            return moment, tag
    return None, None


def _place(tags: dict[str, str]) -> tuple[float, float] | None:
    return next(filter(None, (iso_6709_place(tags.get(tag)) for tag in _PLACE_TAGS)), None)
