"""The time of frames in a rendition: from 0, rising, without the leaps of broken sources."""

from __future__ import annotations

from fractions import Fraction


class Clock:
    """Seconds since the beginning, of one stream.

    `step` is how long a frame lasts; a frame without a time follows the one before by it. A leap
    forward of more than `longest` seconds, or back, is a fault of the source (its counter was
    full, or two files were joined): what follows is moved to where the stream is.
    """

    def __init__(self, zero: Fraction, step: Fraction, longest: int) -> None:
        self.step = step
        self._zero, self._longest = zero, longest
        self._next: Fraction | None = None

    def second(self, pts: int | None, base: Fraction | None) -> Fraction:
        """When a frame is shown or heard. Never negative, never before the one before it."""
        expected = self._next if self._next is not None else Fraction(0)
        if pts is None or base is None:
            found = expected
        else:
            found = pts * Fraction(base) - self._zero
            if self._leaps(found, expected):
                self._zero += found - expected
                found = expected
        found = max(found, Fraction(0))
        self._next = found + self.step
        return found

    def _leaps(self, found: Fraction, expected: Fraction) -> bool:
        back = self._next is not None and found < expected - 1
        return back or found > expected + self._longest
