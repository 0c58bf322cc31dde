"""What a platform's answer means. Every client turns error bodies into one of these."""

from __future__ import annotations

import msgspec

from schedulerx.posts.quoting import quoted

LONGEST_S = 7 * 86_400.0  # however long a platform asks to wait, it is asked again by then


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """It is visible."""

    platform_id: str
    url: str | None = None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """The platform is at work: ask again after so many seconds."""

    seconds: float


class Ready(msgspec.Struct, frozen=True):
    """All media are there: the next request makes it visible."""


class Absent(msgspec.Struct, frozen=True):
    """The platform was read, and sending again cannot make a second post."""


class Unsure(msgspec.Struct, frozen=True, kw_only=True):
    """Reading could not tell; a person has to look. `hint` says where."""

    hint: str


class PlatformError(Exception):
    """Base of what a platform answered or failed to. `code` is its own word for it. What it says is
    kept, mailed and logged, so it never holds what opens a door.
    """

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(quoted(message))
        self.code = code


class Refused(PlatformError):  # noqa: N818  (named by what it means)
    """A permanent no: the same request will never pass. `rule` names what was broken."""


class AccountRefused(Refused):
    """The account, not the post, is at fault: revoked, restricted, unaudited."""


class NotAccepted(PlatformError):  # noqa: N818  (named by what it means)
    """Surely not accepted, and may be later: a throttle, a connection never made.

    `after_s`: seconds the platform asks to wait (`Retry-After`), None where it does not say.
    `restart`: what was uploaded is of no use any more.
    """

    def __init__(
        self, message: str, *, code: str = "", after_s: float | None = None, restart: bool = False
    ) -> None:
        super().__init__(message, code=code)
        self.after_s = None if after_s is None else min(max(0.0, after_s), LONGEST_S)
        self.restart = restart


class Throttled(NotAccepted):
    """The account may not post for a while: what holds for this post holds for its others."""


class AnswerLost(PlatformError):  # noqa: N818  (named by what it means)
    """Sent, or perhaps sent, and no answer that tells: a timeout, a reset, an error of theirs."""
