"""The ledger of targets: which state may follow which, and who may say so.

Every change is one conditional write: it names the states it starts from and, where an execution
holds the target, that execution's claim. Of two executions that try, one wins.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from schedulerx.posts.limits import Rate
from schedulerx.posts.model import Account, Handle, Post, State, Target

FOLLOWS: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.ARMED, State.FAILED, State.CANCELLED}),
    State.ARMED: frozenset({State.SENDING, State.PENDING, State.FAILED, State.CANCELLED}),
    State.SENDING: frozenset({State.POSTED, State.PENDING, State.FAILED, State.UNKNOWN}),
    # Looked for, and still unknown: what is noted changes.
    State.UNKNOWN: frozenset({State.UNKNOWN, State.POSTED, State.PENDING, State.FAILED}),
    State.FAILED: frozenset({State.PENDING}),  # by a person's `retry`
    State.CANCELLED: frozenset({State.PENDING}),  # by a person's `retry`
    State.POSTED: frozenset(),
}
# A target in one of these has nothing more to do by itself.
SETTLED = frozenset({State.POSTED, State.FAILED, State.CANCELLED})


class ClaimLost(Exception):  # noqa: N818  (named by what it means)
    """Another execution holds the target now: this one stops, and sends nothing."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change of state. Fields left None stay as they are, but a state that no execution holds
    has no claim.
    """

    source: State
    to: State
    claim: str | None = None  # must be the holder's, where somebody holds it
    claimed_until: datetime | None = None
    due_at: datetime | None = None
    answered: bool | None = None
    handle: Handle | None = None
    platform_id: str | None = None
    url: str | None = None
    error_code: str | None = None
    error: str | None = None
    posted_at: datetime | None = None
    retried: bool = False  # counts as one more retry

    def __post_init__(self) -> None:
        if self.to not in FOLLOWS[self.source]:
            raise AssertionError(f"{self.to} never follows {self.source}")


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A target whose time has come."""

    target_id: UUID
    account_id: UUID


class Busy(msgspec.Struct, frozen=True, kw_only=True):
    """What is not handed out to a process again: what it has in hand, and of accounts whose rate
    is used up what was given no slot.
    """

    targets: Collection[UUID] = ()
    accounts: Collection[UUID] = ()


IDLE = Busy()


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to work on a target. `rates` by platform: no account exceeds its own."""

    claim: str
    at: datetime
    until: datetime  # after this its holder is taken for dead
    rates: Mapping[str, Sequence[Rate]] = msgspec.field(default_factory=dict)


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """A request about to be sent. `rates` are the platform's: no account exceeds them."""

    claim: str
    claimed_until: datetime
    digest: str
    at: datetime
    rates: tuple[Rate, ...] = ()


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A target with all that is needed to work on it."""

    target: Target
    post: Post
    account: Account


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A target as it stands: armed where it could be taken. `later`: when its account may post."""

    work: Work
    later: datetime | None = None


class Expired(msgspec.Struct, frozen=True, kw_only=True):
    """Targets whose executions are taken for dead."""

    pending: tuple[UUID, ...] = ()
    unknown: tuple[UUID, ...] = ()


class Ledger(Protocol):
    """The targets, kept by a database. `now` is always handed in."""

    def work(self, target_id: UUID) -> Work | None:
        """The target as it stands, or None where there is none."""

    def due(self, now: datetime, limit: int, but: Busy = IDLE) -> Sequence[Due]:
        """Targets whose time has come, of accounts in use: pending ones, and those the platform is
        at work on and nobody polls. The accounts in turn, each by time.
        """

    def take(self, target_id: UUID, taking: Taking) -> Taken | None:
        """Arms a pending target that is due, unless its account is paused or may not post yet:
        then it is pending till it may. One that is not pending stays as it is. None: there is none.
        """

    def move(self, target_id: UUID, change: Change) -> bool:
        """Makes the change if the target stands where the change starts from. An account whose
        post went out has no refusals in a row any more.
        """

    def begin_sending(self, target_id: UUID, sending: Sending) -> datetime | None:
        """From armed to sending, counting the attempt; None, or when the account's rates allow it.

        Raises:
            ClaimLost: the target is not armed by this claim.
        """

    def keep(
        self, target_id: UUID, claim: str, handle: Handle, until: datetime, *, answered: bool
    ) -> None:
        """Stores the handle of a target that is held, and holds it longer.

        Raises:
            ClaimLost: it is not held by this claim.
        """

    def leave(self, target_id: UUID, claim: str, at: datetime) -> None:
        """Lets others go on with a target from a moment on: an armed one is pending till then, one
        that the platform is at work on may be taken over. Silent where the claim does not hold it.
        """

    def take_over(self, target_id: UUID, held_by: str, claim: str, until: datetime) -> bool:
        """Takes a target that the platform is at work on from an execution that left it."""

    def expire(self, now: datetime) -> Expired:
        """Frees what dead executions hold: armed ones are pending again, sending ones unknown,
        but for those that were answered: they are polled by whoever takes them over.
        """

    def unknown(self, limit: int, due_by: datetime | None = None) -> Sequence[Due]:
        """Targets of unknown outcome, to be looked for by a time; the longest waiting first."""

    def refused(self, account_id: UUID, *, reason: str, pause: bool) -> None:
        """Counts a permanent refusal of an account; pauses it where that is due."""

    def rest(self, account_id: UUID, until: datetime) -> None:
        """Lets nothing go out by an account before a time, as its platform asked."""
