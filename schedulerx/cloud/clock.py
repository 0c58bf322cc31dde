"""What time schedules think it is: the wall's, or one that tests move."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time in UTC."""

    def now(self) -> datetime:
        """An aware instant."""


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """An aware instant."""
        return datetime.now(UTC)


class VirtualClock:
    """Stands still until it is moved; starts at the present."""

    def __init__(self, start: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._now = start or datetime.now(UTC)

    def now(self) -> datetime:
        """An aware instant."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> datetime:
        """Moves forward and returns the new time.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError(f"A clock does not go back: {seconds} s")
        with self._lock:
            self._now += timedelta(seconds=seconds)
            return self._now
