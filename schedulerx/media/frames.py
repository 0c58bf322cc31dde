"""Upright frames of a video at fixed shares of its duration: the same of every copy of it.

A copy that was encoded again has its key frames elsewhere, so each frame is decoded up to the
wanted time. What may be decoded for one frame is bounded in pixels, not in seconds: the same file
gives the same frames on a slow machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
from PIL import Image

from schedulerx.media.upright import upright
from schedulerx.media.video import AV_ERRORS, decodable, opened, picture_stream, seconds_of_pictures

COUNT = 8
_SMALL = 128  # pixels of the longer side
_FLOW = 2_000_000_000  # pixels decoded for one frame at most: 960 frames of full HD
_PACKETS = 20_000  # read for one frame at most, of all streams
_SCANNED = 500_000  # packets read to find the end of a video that does not tell it: hours
_STEPS_BACK = (0, 2, 15, 10**6)  # seconds; formats without an index are searched by other times
_NEAR = Fraction(1)  # seconds before the wanted time from which every frame is decoded


class Sample(NamedTuple):
    """A frame as it is shown: `share` of the video's duration, RGB, its longer side fitted."""

    share: float
    image: Image.Image


def shares(count: int = COUNT) -> tuple[float, ...]:
    """The middles of equal parts of the duration: no fade from or to black is met."""
    return tuple((2 * part + 1) / (2 * count) for part in range(count))


def sampled(path: Path, count: int = COUNT, size: int = _SMALL) -> tuple[Sample, ...]:
    """Up to `count` frames in order; fewer where a part is damaged, none where nothing decodes.

    Each is fitted into a square of `size` pixels. Shares without a frame are left out.
    """
    try:
        with opened(path) as container:
            stream = picture_stream(container)
            if stream is None or stream.codec_context is None:
                return ()
            return tuple(_samples(container, stream, count, size))
    except AV_ERRORS:
        return ()


def _samples(
    container: av.container.InputContainer, stream: av.VideoStream, count: int, size: int
) -> Iterator[Sample]:
    seconds = seconds_of_pictures(container, stream) or _scanned(container, stream)
    reader = _Reader(container, stream, max(_NEAR, seconds / 10))
    for share in shares(count if seconds else 1):
        frame = reader.at(Fraction(share) * seconds)
        if frame is not None:
            yield Sample(share, upright(frame, size, stream.sample_aspect_ratio))


def _scanned(container: av.container.InputContainer, stream: av.VideoStream) -> Fraction:
    """Seconds up to the last packet, where nothing tells how long the video is; 0 where no
    packet has a time.
    """
    last = max(
        (
            packet.pts
            for _, packet in zip(range(_SCANNED), container.demux(stream), strict=False)
            if packet.pts is not None
        ),
        default=0,
    )
    return max(0, last - (stream.start_time or 0)) * (stream.time_base or Fraction(0))


class _Reader:
    """Frames by time, in rising order; what lies between is decoded once where that is shorter."""

    def __init__(
        self, container: av.container.InputContainer, stream: av.VideoStream, held: Fraction
    ) -> None:
        self._container, self._stream = container, stream
        self._base = stream.time_base or Fraction(1, 1000)
        self._start = stream.start_time or 0
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._shown: av.VideoFrame | None = None  # the last that was decoded
        self._ahead: av.VideoFrame | None = None  # decoded, but later than what was wanted
        stream.codec_context.thread_count = 1  # frame threads would hold more pictures
        self._held = int(held / self._base)  # how long a last frame is shown
        self._affordable = max(2, _FLOW // max(1, stream.width * stream.height))

    def at(self, second: Fraction) -> av.VideoFrame | None:
        """The frame shown at a second; None where it is damaged, missing or too far away."""
        wanted = self._start + int(second / self._base)
        try:
            if self._is_elsewhere(wanted):
                self._seek(wanted)
            return self._forward(wanted)
        except AV_ERRORS:
            self._forget()
            return None

    def _is_elsewhere(self, wanted: int) -> bool:
        """Whether a key frame lies between what was decoded last and what is wanted."""
        here = _time(self._ahead or self._shown)
        if here is None:
            return True
        if here > wanted:
            return self._shown is None or (_time(self._shown) or 0) > wanted
        key = _key_before(self._stream, wanted)
        return key is None or key > here

    def _seek(self, wanted: int) -> None:
        """To the key frame before; where a seek lands behind the wanted time, farther back."""
        for back in _STEPS_BACK:
            self._forget()
            self._container.seek(max(0, wanted - int(back / self._base)), stream=self._stream)
            self._frames = decodable(self._container, self._stream, _PACKETS)
            self._shown = next(self._frames, None)
            if (_time(self._shown) or 0) <= wanted:
                return

    def _forget(self) -> None:
        self._frames, self._shown, self._ahead = iter(()), None, None

    def _forward(self, wanted: int) -> av.VideoFrame | None:
        near = wanted - int(_NEAR / self._base)
        if self._ahead is not None and (_time(self._ahead) or 0) <= wanted:
            self._shown, self._ahead = self._ahead, None
        for _ in range(self._affordable if self._ahead is None else 0):
            here = _time(self._shown)
            far = here is not None and here < near
            # Frames that no other needs are passed by on the way.
            self._stream.codec_context.skip_frame = "NONREF" if far else "DEFAULT"
            frame = next(self._frames, None)
            if frame is None:
                return self._last(wanted)
            if (_time(frame) or 0) > wanted and self._shown is not None:
                self._ahead = frame
                break
            self._shown = frame
        return self._shown if self._ahead is not None else None

    def _last(self, wanted: int) -> av.VideoFrame | None:
        """The last frame there is, unless what is wanted was cut off."""
        here = _time(self._shown)
        held = here is None or wanted - here <= self._held
        return self._shown if held else None


def _time(frame: av.VideoFrame | None) -> int | None:
    return frame.pts if frame is not None else None


def _key_before(stream: av.VideoStream, wanted: int) -> int | None:
    """When the key frame before a time is, where the container has an index."""
    index = stream.index_entries
    found = index.search_timestamp(wanted) if len(index) else -1
    return int(index[found].timestamp) if found >= 0 else None
