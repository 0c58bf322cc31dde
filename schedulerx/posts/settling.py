"""What a platform's answer means for the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from schedulerx.errors import RetryableError, SchedulerXError
from schedulerx.posts.ledger import Change, Work
from schedulerx.posts.means import Means, Next
from schedulerx.posts.model import Handle, State
from schedulerx.posts.outcomes import (
    AccountRefused,
    NotAccepted,
    PlatformError,
    Published,
    Refused,
    Throttled,
    Waiting,
)

PAUSE_AFTER = 5  # permanent refusals of an account in a row


def posted(
    source: State, sent: Published, at: datetime, claim: str | None, handle: Handle | None
) -> Change:
    """It is visible."""
    return Change(
        source=source, to=State.POSTED, claim=claim, platform_id=sent.platform_id, url=sent.url,
        handle=handle, posted_at=at,
    )  # fmt: skip


def went(means: Means, work: Work, claim: str, sent: Published, handle: Handle) -> Next:
    """It was sent, and is visible."""
    target_id = work.target.target_id
    for source, holder in ((State.SENDING, claim), (State.UNKNOWN, None)):
        # Unknown already, where it took so long that it was given up: this is the answer.
        if means.ledger.move(target_id, posted(source, sent, means.now(), holder, handle)):
            return Next(state=State.POSTED)
    return means.standing(target_id)


def unnoted(work: Work, sent: Published | Waiting, error: SchedulerXError) -> RetryableError:
    """The database could not note what the platform answered: whoever reads this knows more."""
    post, account = str(work.target.post_id)[:8], work.account.name
    if isinstance(sent, Published):
        where = sent.url or sent.platform_id
        known, words = f" --posted {where}", f"went out: {where}"
    else:
        known, words = "", "was taken by its platform, which is at work on it"
    return RetryableError(
        f"{post} on {account} {words}. The database could not note it: {error} Once it works, the "
        f"platform is asked by itself; should it stay unknown: schedulerx posts resolve {post}"
        f"{known}"
    )


def lost(means: Means, work: Work, claim: str, error: str, code: str = "") -> Next:
    """The request may have arrived, and nobody knows."""
    change = Change(
        source=State.SENDING, to=State.UNKNOWN, claim=claim, error=error, error_code=code
    )
    means.ledger.move(work.target.target_id, change)
    return Next(state=State.UNKNOWN, again_s=means.backoff.look_s)


def refused(means: Means, work: Work, claim: str, source: State, error: Refused) -> Next:
    """A permanent no: so many in a row, or one for the account itself, pause the account."""
    pause = isinstance(error, AccountRefused) or work.account.refusals + 1 >= PAUSE_AFTER
    means.ledger.refused(work.account.account_id, reason=str(error), pause=pause)
    return failed(means, work, claim, source, str(error), error.code)


def failed(means: Means, work: Work, claim: str, source: State, error: str, code: str) -> Next:
    """It is certain that it did not go out, and it is not tried again."""
    change = Change(source=source, to=State.FAILED, claim=claim, error=error, error_code=code)
    means.ledger.move(work.target.target_id, change)
    return means.standing(work.target.target_id)


def later(means: Means, work: Work, claim: str, source: State, error: PlatformError) -> Next:
    """Tried again later, so often and no more."""
    target, backoff = work.target, means.backoff
    if backoff.is_over(target.retries):
        words = f"given up after {target.retries} retries: {error}"
        return failed(means, work, claim, source, words, error.code)
    due_at = means.now() + timedelta(seconds=backoff.seconds(target.retries, error))
    restart = isinstance(error, NotAccepted) and error.restart
    change = Change(
        source=source, to=State.PENDING, claim=claim, due_at=due_at, error=str(error),
        error_code=error.code, retried=True, handle={} if restart else None,
    )  # fmt: skip
    means.ledger.move(target.target_id, change)
    throttled = isinstance(error, Throttled)
    if throttled:
        means.ledger.rest(work.account.account_id, due_at)
    return means.pending_until(due_at, rests=throttled)
