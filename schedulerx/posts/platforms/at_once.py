"""Platforms whose posts are there once they are accepted: nothing is waited for."""

from __future__ import annotations

from abc import ABC, abstractmethod

from schedulerx.posts.limits import Limits
from schedulerx.posts.outcomes import Absent, Published, Unsure, Waiting
from schedulerx.posts.platform import Session


class AtOnce(ABC):
    """The part of a `schedulerx.posts.platform.Platform` that follows from it."""

    limits: Limits

    @abstractmethod
    def find(self, session: Session) -> Published | Absent | Unsure:
        """Reads whether a request whose answer was lost was acted on."""

    def poll(self, session: Session) -> Published | Waiting:
        """As `find`: called only where another process left off."""
        found = self.find(session)
        return found if isinstance(found, Published) else Waiting(seconds=self.limits.poll_seconds)
