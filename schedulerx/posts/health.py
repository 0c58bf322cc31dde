"""How posting fares: what went out, how late, what did not, and what needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

LATE = timedelta(minutes=5)  # a post that has not been settled by then is late
EXPIRY_NEAR = timedelta(days=7)  # of an account's authorisation


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of a period. Lateness is from due to posted, in seconds; rates are of all that ended, from 0
    to 1, and None where nothing did.
    """

    posted: int = 0
    failed: int = 0
    unknown: int = 0
    waiting: int = 0  # pending, armed or sending
    overdue: int = 0  # of these, due longer than LATE ago
    retries: int = 0
    success: float | None = None
    errors: float | None = None
    lateness_p50_s: float | None = None
    lateness_p99_s: float | None = None


class AccountHealth(Figures, frozen=True, kw_only=True):
    """One account."""

    account: str
    platform: str
    paused: str | None = None
    expires_at: datetime | None = None


class PlatformHealth(Figures, frozen=True, kw_only=True):
    """All accounts on one platform."""

    platform: str


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """All accounts, at a moment, over a period before it."""

    at: datetime
    since: datetime
    accounts: tuple[AccountHealth, ...]
    platforms: tuple[PlatformHealth, ...] = ()

    def complaints(self) -> Iterator[str]:
        """What is not well, a sentence each with what to do."""
        for each in self.accounts:
            yield from _complaints(each, self.at)


def _complaints(each: AccountHealth, now: datetime) -> Iterator[str]:
    if each.paused:
        yield (
            f"{each.account} is paused: {each.paused}; mend it, then "
            f"`schedulerx accounts resume {each.account}`"
        )
    if each.overdue and not each.paused:
        yield (
            f"{_posts(each.overdue)} on {each.account} late: is `schedulerx posts run_due` "
            "called, or the schedule in place?"
        )
    if each.unknown:
        yield (
            f"{_posts(each.unknown)} on {each.account} of unknown outcome: look, then "
            "`schedulerx posts resolve ID`"
        )
    if each.expires_at is not None and each.expires_at - now < EXPIRY_NEAR:
        yield (
            f"the authorisation of {each.account} ends on {each.expires_at:%Y-%m-%d}: "
            f"`schedulerx accounts connect {each.account}`"
        )


def _posts(count: int) -> str:
    return "1 post is" if count == 1 else f"{count:,} posts are"
