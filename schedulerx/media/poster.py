"""The poster of a video: one upright picture from near its beginning."""

from __future__ import annotations

from pathlib import Path

import av
from PIL import Image

from schedulerx.media.renditions import fitted
from schedulerx.media.video import AV_ERRORS, opened, picture_stream

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
            frame = _frame(container, stream) if stream is not None else None
            return _upright(frame, size) if frame is not None else None
    except AV_ERRORS as error:
        raise OSError(f"no frame of the video can be decoded: {error}") from error


def _frame(container: av.container.InputContainer, stream: av.VideoStream) -> av.VideoFrame | None:
    if stream.duration and stream.time_base:
        seconds = min(_LATEST_S, _SHARE * float(stream.duration * stream.time_base))
        container.seek((stream.start_time or 0) + int(seconds / stream.time_base), stream=stream)
    return next(iter(container.decode(stream)), None)


def _upright(frame: av.VideoFrame, size: int) -> Image.Image:
    """Scaled while it is converted from YUV, then turned as the display matrix says."""
    width, height = fitted(frame.width, frame.height, size)
    scaled = frame.reformat(width=width, height=height, format="rgb24")
    image = Image.fromarray(scaled.to_ndarray())
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image
