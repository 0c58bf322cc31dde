"""One target from pending to settled, one action a call.

Whoever calls - a state machine, or a loop on a laptop - calls again as long as it is told to, after
the seconds it is told. Every call begins by reading the ledger, so any of them may be the first
after a crash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from schedulerx.errors import SchedulerXError
from schedulerx.posts.attempts import digest_of
from schedulerx.posts.http import PromptHttp
from schedulerx.posts.ledger import SETTLED, Change, ClaimLost, Sending, Taking, Work
from schedulerx.posts.means import HOLD, Means, Next
from schedulerx.posts.model import Handle, State, Target
from schedulerx.posts.outcomes import (
    NotAccepted,
    PlatformError,
    Published,
    Ready,
    Refused,
    Waiting,
)
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.renewal import renewed_in_time
from schedulerx.posts.reconciling import reconcile
from schedulerx.posts.settling import failed, later, lost, refused, unnoted, went

PROMPT = timedelta(seconds=60)  # from the mark to the request
POLL_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Publisher(Means):
    """Publishes the targets of a ledger."""

    def step(self, target_id: UUID, claim: str) -> Next:
        """The next action on a target that `claim` holds, or takes. Never raises for what a
        platform does; a defect of ours in the middle of a request leaves the target to be resolved.
        """
        return self._held(target_id, claim, self._act)

    def prepare(self, target_id: UUID, claim: str) -> Next:
        """As `step`, but of an armed target everything is done except the one request."""
        return self._held(target_id, claim, self._act_unsent)

    def go(self, target_id: UUID, claim: str) -> Next:
        """As `step`, and on as far as nothing has to be waited for."""
        armed = self._armed(target_id, claim)
        if isinstance(armed, Next):
            return armed
        try:
            return self._act(armed, claim)
        except ClaimLost:
            return self.standing(target_id)

    def _held(self, target_id: UUID, claim: str, act: Callable[[Work, str], Next]) -> Next:
        work = self.ledger.work(target_id)
        if work is None:
            return Next(state=State.CANCELLED)
        try:
            return act(work, claim)
        except ClaimLost:
            return self.standing(target_id)

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
            return reconcile(self, work)
        if target.state is State.PENDING:
            armed = self._armed(target.target_id, claim)
            return armed if isinstance(armed, Next) else _ours(armed.target, claim)
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

    def hold(self, work: Work, claim: str, wait_s: float) -> bool:
        """Holds an armed target so many seconds longer than a call lives; tells whether it could:
        not where another execution holds it now.
        """
        target, until = work.target, self.held_until(wait_s)
        try:
            self.ledger.keep(target.target_id, claim, target.handle, until, answered=False)
        except ClaimLost:
            return False
        return True

    def put_off(self, work: Work, claim: str, why: str) -> Next:
        """Lets a target that is armed be tried again later, where its media could not be made."""
        if work.target.state is not State.ARMED or work.target.claim != claim:
            return self.standing(work.target.target_id)
        return later(self, work, claim, State.ARMED, NotAccepted(why))

    def _armed(self, target_id: UUID, claim: str) -> Work | Next:
        """Takes the target, if it may go out now. One of those that try gets it."""
        now = self.now()
        rates = {name: platform.limits.rates for name, platform in self.platforms.items()}
        taking = Taking(claim=claim, at=now, until=now + HOLD, rates=rates)
        taken = self.ledger.take(target_id, taking)
        if taken is None:
            return Next(state=State.CANCELLED)
        if taken.later is not None:
            return self.pending_until(taken.later, rests=True)
        if taken.work.target.state is not State.PENDING:
            return taken.work
        if taken.work.account.paused is not None:
            return Next(state=State.PENDING)
        return self.pending_until(taken.work.target.due_at)

    def _prepared(self, work: Work, claim: str) -> Session | Next:
        """Uploads; the session to send in once all is there."""
        try:
            session = self.session(work, claim)
            platform = self.platforms[work.account.platform]
            problems = self.preparation.problems(session.draft, platform)
            prepared = None if problems else platform.prepare(session)
            if isinstance(prepared, Ready):
                renewed_in_time(session, platform.oauth)  # a renewal is no reason for doubt
        except Refused as error:
            return refused(self, work, claim, State.ARMED, error)
        except PlatformError as error:  # nothing is visible yet: a lost answer costs nothing
            return later(self, work, claim, State.ARMED, error)
        if prepared is None:
            words = " ".join(each.message for each in problems)
            return failed(self, work, claim, State.ARMED, words, problems[0].rule)
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
            return self.pending_until(wait_until)
        # Asleep since the mark was made, it must not wake up and send: others may have looked.
        session = replace(session, http=PromptHttp(self.http, now + PROMPT, self.now))
        try:
            sent = platform.publish(session)
        except Refused as error:
            return refused(self, work, claim, State.SENDING, error)
        except NotAccepted as error:
            return later(self, work, claim, State.SENDING, error)
        except PlatformError as error:
            return lost(self, work, claim, str(error), error.code)
        try:
            return self._went(work, claim, sent, session.handle)
        except SchedulerXError as error:
            raise unnoted(work, sent, error) from error

    def _poll(self, work: Work, claim: str) -> Next:
        target = work.target
        if target.sending_at is not None and self.now() - target.sending_at > POLL_FOR:
            return lost(self, work, claim, "the platform did not finish within a day")
        try:
            session = self.session(work, claim)
            polled = self.platforms[work.account.platform].poll(session)
        except Refused as error:
            return refused(self, work, claim, State.SENDING, error)
        except PlatformError as error:
            if isinstance(error, NotAccepted) and error.restart:
                return later(self, work, claim, State.SENDING, error)
            # Reading failed, which says nothing about the post.
            wait = self.backoff.seconds(target.retries, error)
            until = self.held_until(wait)
            self.ledger.keep(target.target_id, claim, target.handle, until, answered=True)
            return Next(state=State.SENDING, again_s=wait)
        return self._went(work, claim, polled, session.handle)

    def _went(self, work: Work, claim: str, sent: Published | Waiting, handle: Handle) -> Next:
        if isinstance(sent, Published):
            return went(self, work, claim, sent, handle)
        until = self.held_until(sent.seconds)
        self.ledger.keep(work.target.target_id, claim, handle, until, answered=True)
        return Next(state=State.SENDING, again_s=sent.seconds)

    def _lose_track(self, work: Work, claim: str) -> Next:
        """Called again though the request was about to be sent: its answer is lost."""
        return lost(self, work, claim, "it is not known whether the request arrived")


def _ours(target: Target, claim: str) -> Next:
    """Where a target stands that somebody has taken."""
    return Next(state=target.state, again_s=0 if target.claim == claim else None)
