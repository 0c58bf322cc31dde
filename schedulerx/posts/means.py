"""What working on a target takes, and what it leads to: shared by all who publish and look."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from schedulerx.posts.attempts import Backoff
from schedulerx.posts.http import Http
from schedulerx.posts.ledger import Ledger, Work
from schedulerx.posts.model import Account, Handle, State
from schedulerx.posts.platform import Draft, Media, Platform, Problem, Session, Tokens

HOLD = timedelta(minutes=20)  # longer than any one call may live (a function has 15 minutes)


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """Where the target stands now, and after how many seconds to call again; None: not at all."""

    state: State
    again_s: float | None = None
    ready: bool = False  # all is prepared: the next step sends the one request
    rests: bool = False  # it waits for its account, as the account's other posts have to


class Preparation(Protocol):
    """Media as a platform takes them."""

    def draft(self, work: Work, platform: Platform) -> Draft:
        """The post with its media converted where the platform would refuse them.

        Raises:
            NotAccepted: they cannot be had now.
            Refused: they cannot be made to fit.
        """

    def problems(self, draft: Draft, platform: Platform) -> Sequence[Problem]:
        """Every rule that the draft breaks."""


@dataclass(frozen=True)
class Means:
    """A ledger, the platforms, and what their clients need."""

    ledger: Ledger
    platforms: Mapping[str, Platform]
    preparation: Preparation
    http: Http
    media: Media
    tokens: Callable[[Account], Tokens]
    now: Callable[[], datetime]
    backoff: Backoff = field(default_factory=Backoff)

    def session(self, work: Work, claim: str | None) -> Session:
        """To work on a target in; `claim` None: only to read.

        Raises:
            PlatformError: its media cannot be had, now or at all.
        """
        target = work.target
        draft = self.preparation.draft(work, self.platforms[work.account.platform])

        def keep(handle: Handle, wait_s: float) -> None:
            if claim is not None:  # who only reads holds nothing, and stores nothing
                until = self.held_until(wait_s)
                self.ledger.keep(target.target_id, claim, handle, until, answered=target.answered)

        return Session(
            account=work.account, draft=draft, http=self.http, media=self.media,
            tokens=self.tokens(work.account), handle=dict(target.handle), now=self.now, keep=keep,
        )  # fmt: skip

    def held_until(self, wait_s: float) -> datetime:
        """When a holder that waits so many seconds is taken for dead."""
        return self.now() + HOLD + timedelta(seconds=wait_s)

    def pending_until(self, due_at: datetime, *, rests: bool = False) -> Next:
        """The target waits for a time."""
        seconds = max(0.0, (due_at - self.now()).total_seconds())
        return Next(state=State.PENDING, again_s=seconds, rests=rests)

    def standing(self, target_id: UUID) -> Next:
        """What the ledger says."""
        work = self.ledger.work(target_id)
        if work is None:
            return Next(state=State.CANCELLED)
        again = 0.0 if work.target.state is State.PENDING else None
        return Next(state=work.target.state, again_s=again)
