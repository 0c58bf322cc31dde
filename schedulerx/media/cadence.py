"""Frames at even times, where there are too few of them a second."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av

from schedulerx.media.encoders import TICKS


class Steady:
    """Shows each frame until the next, as often as the rate wants; times are in ticks."""

    def __init__(self, rate: Fraction) -> None:
        self._step = TICKS / rate
        self._held: av.VideoFrame | None = None
        self._shown = 0

    def feed(self, frame: av.VideoFrame) -> Iterator[av.VideoFrame]:
        """The frame before, up to this one's time. One frame is given again and again, each time
        with another `pts`.
        """
        yield from self.until(frame.pts or 0)
        self._held = frame

    def until(self, end: int | None) -> Iterator[av.VideoFrame]:
        """The last frame up to a time; once more where none is known."""
        held = self._held
        stop = end if end is not None else (self._shown + 1) * self._step
        while held is not None and (self._shown + Fraction(1, 2)) * self._step < stop:
            held.pts = round(self._shown * self._step)
            self._shown += 1
            yield held
