"""The poster of a video: one upright picture from near its beginning."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import av
from PIL import Image

from schedulerx.media.upright import upright
from schedulerx.media.video import AV_ERRORS, cause, decodable, opened, picture_stream

_LATEST_S = 3.0  # past the fade-in, and still one decode away
_SHARE = 0.1
_PACKETS = 2000  # read for it at most


def poster(path: Path, size: int) -> Image.Image | None:
    """The key frame a tenth into the video, fitted into a square; None where there is none.

    Raises:
        OSError: the container breaks off.
    """
    try:
        with opened(path) as container:
            stream = picture_stream(container)
            if stream is None or stream.codec_context is None:
                return None
            frame = _frame(container, stream)
            return upright(frame, size, stream.sample_aspect_ratio) if frame is not None else None
    except AV_ERRORS as error:
        raise OSError(f"no frame of the video can be decoded: {cause(error)}") from error


def _frame(container: av.container.InputContainer, stream: av.VideoStream) -> av.VideoFrame | None:
    """What comes after a broken one; from the beginning where all of that is broken."""
    wanted, start = _wanted(stream), stream.start_time or 0
    for ticks in (start + wanted, start) if wanted else (None,):
        if ticks is not None:
            with suppress(*AV_ERRORS):  # an index that leads nowhere: from where it stands
                container.seek(ticks, stream=stream)
        frame = next(decodable(container, stream, _PACKETS), None)
        if frame is not None:
            return frame
    return None


def _wanted(stream: av.VideoStream) -> int:
    """How far into the video, in its own ticks; 0 where it does not tell its length."""
    if not stream.duration or not stream.time_base:
        return 0
    seconds = min(_LATEST_S, _SHARE * float(stream.duration * stream.time_base))
    return int(seconds / stream.time_base)
