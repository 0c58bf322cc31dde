"""How long to wait before another attempt, and what was attempted."""

from __future__ import annotations

import hashlib

import msgspec

from schedulerx.posts.outcomes import NotAccepted, PlatformError
from schedulerx.posts.platform import Draft


class Backoff(msgspec.Struct, frozen=True, kw_only=True):
    """Doubling waits, in seconds; what the platform asks for goes first."""

    first_s: float = 15.0
    longest_s: float = 1800.0
    retries: int = 8
    look_s: float = 5.0  # before an unknown outcome is looked up: the platform may still be at it

    def seconds(self, retries: int, error: PlatformError) -> float:
        """How long to wait after so many retries."""
        asked = error.after_s if isinstance(error, NotAccepted) else None
        if asked is not None:
            return max(0.0, asked)
        return float(min(self.longest_s, self.first_s * 2**retries))

    def is_over(self, retries: int) -> bool:
        """Whether it was tried often enough."""
        return retries >= self.retries


def digest_of(draft: Draft) -> str:
    """What was sent, as a hash: of the content and the media's own."""
    said = (draft.content, [(item.sha256, item.alt) for item in draft.media])
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()
