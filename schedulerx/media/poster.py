"""The poster of a video: one upright picture from near its beginning."""

from __future__ import annotations

from pathlib import Path

import av
from PIL import Image

from schedulerx.media.upright import upright
from schedulerx.media.video import AV_ERRORS, cause, opened, picture_stream

_LATEST_S = 3.0  # past the fade-in, and still one decode away
_SHARE = 0.1


def poster(path: Path, size: int) -> Image.Image | None:
    """The key frame a tenth into the video, fitted into a square; None where there is none.

    Raises:
        OSError: not one frame can be decoded.
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
    if stream.duration and stream.time_base:
        seconds = min(_LATEST_S, _SHARE * float(stream.duration * stream.time_base))
        container.seek((stream.start_time or 0) + int(seconds / stream.time_base), stream=stream)
    return next(iter(container.decode(stream)), None)
