"""One target from pending to settled, one action a call.

Whoever calls - a state machine, or a loop on a laptop - calls again as long as it is told to, after
the seconds it is told. Every call begins by reading the ledger, so any of them may be the first
after a crash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from schedulerx.posts.attempts import Backoff, digest_of
from schedulerx.posts.http import Http, PromptHttp
from schedulerx.posts.ledger import SETTLED, Change, ClaimLost, Ledger, Sending, Work
from schedulerx.posts.model import Account, Handle, State, Target
from schedulerx.posts.outcomes import (
    Absent,
    AccountRefused,
    NotAccepted,
    PlatformError,
    Published,
    Refused,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Media, Platform, Problem, Session, Tokens

HOLD = timedelta(minutes=20)  # longer than any one call may live (a function has 15 minutes)
PROMPT = timedelta(seconds=60)  # from the mark to the request
POLL_FOR = timedelta(hours=24)
PAUSE_AFTER = 5  # permanent refusals of an account in a row


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """Where the target stands now, and after how many seconds to call again; None: not at all."""

    state: State
    again_s: float | None = None
    ready: bool = False  # all is prepared: the next step sends the one request


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
class Publisher:
    """Publishes the targets of a ledger."""

    ledger: Ledger
    platforms: Mapping[str, Platform]
    preparation: Preparation
    http: Http
    media: Media
    tokens: Callable[[Account], Tokens]
    now: Callable[[], datetime]
    backoff: Backoff = field(default_factory=Backoff)

    def step(self, target_id: UUID, claim: str) -> Next:
        """The next action on a target that `claim` holds, or takes. Never raises for what a
        platform does; a defect of ours in the middle of a request leaves the target to be resolved.
        """
        return self._held(target_id, claim, self._act)

    def prepare(self, target_id: UUID, claim: str) -> Next:
        """As `step`, but of an armed target everything is done except the one request."""
        return self._held(target_id, claim, self._act_unsent)

    def _held(self, target_id: UUID, claim: str, act: Callable[[Work, str], Next]) -> Next:
        work = self.ledger.work(target_id)
        if work is None:
            return Next(state=State.CANCELLED)
        try:
            return act(work, claim)
        except ClaimLost:
            return self._standing(target_id)

    def _act_unsent(self, work: Work, claim: str) -> Next:
        target = work.target
        known = work.account.platform in self.platforms
        if target.state is not State.ARMED or target.claim != claim or not known:
            return self._act(work, claim)
        prepared = self._prepared(work, claim)
        if isinstance(prepared, Next):
            return prepared
        return Next(state=State.ARMED, again_s=0, ready=True)

    def _act(self, work: Work, claim: str) -> Next:
        target = work.target
        # A platform of a newer version waits for one.
        if target.state in SETTLED or work.account.platform not in self.platforms:
            return Next(state=target.state)
        if target.state is State.UNKNOWN:
            return self.reconcile(work)
        if target.state is State.PENDING:
            return self._arm(work, claim)
        if target.claim != claim and not self._takes_over(target, claim):
            return Next(state=target.state)
        if target.state is State.ARMED:
            prepared = self._prepared(work, claim)
            return prepared if isinstance(prepared, Next) else self._send(work, claim, prepared)
        return self._poll(work, claim) if target.answered else self._lose_track(work, claim)

    def _takes_over(self, target: Target, claim: str) -> bool:
        """Whether a target that its holder left to the platform's own pace is polled from here."""
        now, until = self.now(), target.claimed_until
        if target.claim is None or not target.answered or until is None or until > now:
            return False
        return self.ledger.take_over(target.target_id, target.claim, claim, now + HOLD)

    def leave(self, target_id: UUID, claim: str, again_s: float) -> None:
        """Lets others go on with a target after so many seconds, where this execution ends."""
        self.ledger.leave(target_id, claim, self.now() + timedelta(seconds=again_s))

    def _arm(self, work: Work, claim: str) -> Next:
        """Takes the target. One of those that try gets it."""
        now = self.now()
        if work.account.paused is not None:
            return Next(state=State.PENDING)
        if work.target.due_at > now:
            return Next(state=State.PENDING, again_s=(work.target.due_at - now).total_seconds())
        change = Change(source=State.PENDING, to=State.ARMED, claim=claim, claimed_until=now + HOLD)
        if not self.ledger.move(work.target.target_id, change):
            return self._standing(work.target.target_id)
        return Next(state=State.ARMED, again_s=0)

    def _prepared(self, work: Work, claim: str) -> Session | Next:
        """Uploads; the session to send in once all is there."""
        try:
            session = self._session(work, claim)
            platform = self.platforms[work.account.platform]
            problems = self.preparation.problems(session.draft, platform)
            prepared = None if problems else platform.prepare(session)
        except Refused as error:
            return self._refuse(work, claim, State.ARMED, error)
        except PlatformError as error:  # nothing is visible yet: a lost answer costs nothing
            return self._later(work, claim, State.ARMED, error)
        if prepared is None:
            words = " ".join(each.message for each in problems)
            return self._fail(work, claim, State.ARMED, words, problems[0].rule)
        if isinstance(prepared, Waiting):
            session.save(session.handle, prepared.seconds)
            return Next(state=State.ARMED, again_s=prepared.seconds)
        return session

    def _send(self, work: Work, claim: str, session: Session) -> Next:
        """Marks the target, then sends the one request."""
        now, target_id = self.now(), work.target.target_id
        platform = self.platforms[work.account.platform]
        sending = Sending(
            claim=claim, claimed_until=now + HOLD, digest=digest_of(session.draft), at=now,
            rates=platform.limits.rates,
        )  # fmt: skip
        wait_until = self.ledger.begin_sending(target_id, sending)
        if wait_until is not None:
            change = Change(source=State.ARMED, to=State.PENDING, claim=claim, due_at=wait_until)
            self.ledger.move(target_id, change)
            return self._again_at(wait_until)
        # Asleep since the mark was made, it must not wake up and send: others may have looked.
        session = replace(session, http=PromptHttp(self.http, now + PROMPT, self.now))
        try:
            sent = platform.publish(session)
        except Refused as error:
            return self._refuse(work, claim, State.SENDING, error)
        except NotAccepted as error:
            return self._later(work, claim, State.SENDING, error)
        except PlatformError as error:
            return self._unknown(work, claim, str(error), error.code)
        return self._went(work, claim, sent, session.handle)

    def _poll(self, work: Work, claim: str) -> Next:
        sending_at = work.target.sending_at
        if sending_at is not None and self.now() - sending_at > POLL_FOR:
            return self._unknown(work, claim, "the platform did not finish within a day", "")
        try:
            session = self._session(work, claim)
            polled = self.platforms[work.account.platform].poll(session)
        except Refused as error:
            return self._refuse(work, claim, State.SENDING, error)
        except PlatformError as error:
            if isinstance(error, NotAccepted) and error.restart:
                return self._later(work, claim, State.SENDING, error)
            # Reading failed, which says nothing about the post.
            wait = self.backoff.seconds(work.target.retries, error)
            self.ledger.keep(
                work.target.target_id, claim, work.target.handle, self._until(wait), answered=True
            )
            return Next(state=State.SENDING, again_s=wait)
        return self._went(work, claim, polled, session.handle)

    def _went(self, work: Work, claim: str, sent: Published | Waiting, handle: Handle) -> Next:
        target_id = work.target.target_id
        if isinstance(sent, Waiting):
            until = self._until(sent.seconds)
            self.ledger.keep(target_id, claim, handle, until, answered=True)
            return Next(state=State.SENDING, again_s=sent.seconds)
        for source, holder in ((State.SENDING, claim), (State.UNKNOWN, None)):
            # Unknown already, where it took so long that it was given up: this is the answer.
            if self.ledger.move(target_id, _posted(source, sent, self.now(), holder, handle)):
                self.ledger.accepted(work.account.account_id)
                break
        return self._standing(target_id)

    def _lose_track(self, work: Work, claim: str) -> Next:
        """Called again though the request was about to be sent: its answer is lost."""
        return self._unknown(work, claim, "it is not known whether the request arrived", "")

    def _unknown(self, work: Work, claim: str, error: str, code: str) -> Next:
        change = Change(
            source=State.SENDING, to=State.UNKNOWN, claim=claim, error=error, error_code=code
        )
        self.ledger.move(work.target.target_id, change)
        return Next(state=State.UNKNOWN, again_s=self.backoff.look_s)

    def reconcile(self, work: Work) -> Next:
        """Resolves an unknown target by reading the platform, never by sending."""
        target_id = work.target.target_id
        try:
            session = self._session(work, None)
            found = self.platforms[work.account.platform].find(session)
        except Refused as error:  # asking again will not help: whoever mends the account asks next
            change = Change(source=State.UNKNOWN, to=State.UNKNOWN, error=f"not found out: {error}")
            self.ledger.move(target_id, change)
            return self._standing(target_id)
        except PlatformError as error:
            return Next(state=State.UNKNOWN, again_s=self.backoff.seconds(0, error))
        if isinstance(found, Published):
            self.ledger.move(target_id, _posted(State.UNKNOWN, found, self.now(), None, None))
        else:
            self.ledger.move(target_id, self._unresolved(found, work.target.retries))
        return self._standing(target_id)

    def _unresolved(self, found: Absent | Unsure, retries: int) -> Change:
        """Not there: it is sent again, so often and no more. Unsure: a person has to look."""
        if isinstance(found, Unsure):
            return Change(source=State.UNKNOWN, to=State.UNKNOWN, error=found.hint)
        if self.backoff.is_over(retries):
            words = f"given up after {retries} retries: each answer was lost, and it is not there"
            return Change(source=State.UNKNOWN, to=State.FAILED, error=words)
        return Change(source=State.UNKNOWN, to=State.PENDING, due_at=self.now(), retried=True)

    def _refuse(self, work: Work, claim: str, source: State, error: Refused) -> Next:
        """A permanent no: so many in a row, or one for the account itself, pause the account."""
        pause = isinstance(error, AccountRefused) or work.account.refusals + 1 >= PAUSE_AFTER
        self.ledger.refused(work.account.account_id, reason=str(error), pause=pause)
        return self._fail(work, claim, source, str(error), error.code)

    def _fail(self, work: Work, claim: str, source: State, error: str, code: str) -> Next:
        change = Change(source=source, to=State.FAILED, claim=claim, error=error, error_code=code)
        self.ledger.move(work.target.target_id, change)
        return self._standing(work.target.target_id)

    def _later(self, work: Work, claim: str, source: State, error: PlatformError) -> Next:
        """Tries again later, so often and no more."""
        if self.backoff.is_over(work.target.retries):
            words = f"given up after {work.target.retries} retries: {error}"
            return self._fail(work, claim, source, words, error.code)
        due_at = self.now() + timedelta(seconds=self.backoff.seconds(work.target.retries, error))
        restart = isinstance(error, NotAccepted) and error.restart
        change = Change(
            source=source, to=State.PENDING, claim=claim, due_at=due_at, error=str(error),
            error_code=error.code, retried=True, handle={} if restart else None,
        )  # fmt: skip
        self.ledger.move(work.target.target_id, change)
        return self._again_at(due_at)

    def _session(self, work: Work, claim: str | None) -> Session:
        target = work.target
        draft = self.preparation.draft(work, self.platforms[work.account.platform])
        return Session(
            account=work.account, draft=draft, http=self.http, media=self.media,
            tokens=self.tokens(work.account), handle=dict(target.handle), now=self.now,
            keep=self._keeper(target, claim),
        )  # fmt: skip

    def _keeper(self, target: Target, claim: str | None) -> Callable[[Handle, float], None]:
        def keep(handle: Handle, wait_s: float) -> None:
            if claim is not None:  # who only reads holds nothing, and stores nothing
                until = self._until(wait_s)
                self.ledger.keep(target.target_id, claim, handle, until, answered=target.answered)

        return keep

    def _until(self, wait_s: float) -> datetime:
        return self.now() + HOLD + timedelta(seconds=wait_s)

    def _again_at(self, due_at: datetime) -> Next:
        seconds = max(0.0, (due_at - self.now()).total_seconds())
        return Next(state=State.PENDING, again_s=seconds)

    def _standing(self, target_id: UUID) -> Next:
        work = self.ledger.work(target_id)
        if work is None:
            return Next(state=State.CANCELLED)
        again = 0.0 if work.target.state is State.PENDING else None
        return Next(state=work.target.state, again_s=again)


def _posted(
    source: State, sent: Published, at: datetime, claim: str | None, handle: Handle | None
) -> Change:
    return Change(
        source=source, to=State.POSTED, claim=claim, platform_id=sent.platform_id, url=sent.url,
        handle=handle, posted_at=at,
    )  # fmt: skip
