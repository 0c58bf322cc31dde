"""Videos and sound recordings through FFmpeg's libraries (PyAV)."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import av.logging

# What FFmpeg's wrappers raise on broken files.
AV_ERRORS = (av.error.FFmpegError, OSError, ValueError, RuntimeError, EOFError, IndexError)
# Of the disk's, never of the video's.
DISK_FAULTS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EMFILE}
)

# The kinds of files that are opened, by FFmpeg's names: recordings alone. No playlist, no list of
# files, no script, no device, whatever the file begins with.
_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,"
    "mp3,aac,wav,w64,flac,amr,amrnb,amrwb,aiff,au,caf,ac3,eac3,wv,ape,tta,h264,hevc,m4v,ivf,rm"
)
MAX_PIXELS = 300_000_000  # of a frame that is decoded; `validate` has its own, smaller or equal
_TAGGED_DURATION = re.compile(r"(\d{1,6}):(\d\d):(\d\d(?:\.\d{1,9})?)")
_MICROSECONDS, _MILLISECOND = 1_000_000, 1000  # FFmpeg counts in microseconds


def cause(error: BaseException) -> str:
    """What FFmpeg says, without the name of the file."""
    return getattr(error, "strerror", None) or str(error)


@contextmanager
def opened(path: Path) -> Iterator[av.container.InputContainer]:
    """A container of streams; external references are never followed.

    Raises:
        AV_ERRORS: FFmpeg cannot open it.
    """
    av.logging.set_level(av.logging.PANIC)
    # Only this file: a playlist or a reference in it must not open another, or the network.
    options = {"protocol_whitelist": "file", "enable_drefs": "0", "format_whitelist": _FORMATS}
    with av.open(
        f"file:{path}",
        "r",
        options={"max_pixels": str(MAX_PIXELS)},
        container_options=options,
        metadata_errors="replace",
    ) as container:
        for stream in container.streams.video:
            if stream.codec_context is not None:
                stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        yield container


def picture_stream(container: av.container.InputContainer) -> av.VideoStream | None:
    """The first stream of moving pictures; a recording's cover is none."""
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            return stream
    return None


def decodable(
    container: av.container.InputContainer, stream: av.VideoStream, packets: int
) -> Iterator[av.VideoFrame]:
    """Frames of the next packets; one that cannot be decoded is passed by.

    Raises:
        AV_ERRORS: the container breaks off.
    """
    for _, packet in zip(range(packets), container.demux(stream), strict=False):
        try:
            yield from packet.decode()
        except AV_ERRORS:
            continue


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


def duration(container: av.container.InputContainer) -> float | None:
    """Seconds: of the container, else of the longest stream."""
    if container.duration is not None and container.duration >= _MILLISECOND:
        return round(container.duration / _MICROSECONDS, 3)
    lengths = [
        float(stream.duration * stream.time_base)
        for stream in container.streams
        if stream.duration and stream.time_base
    ]
    return round(max(lengths), 3) or None if lengths else None
