"""Unknown outcomes resolved by reading the platform, never by sending."""

from __future__ import annotations

from datetime import timedelta

from schedulerx.posts.ledger import Change, Work
from schedulerx.posts.means import Means, Next
from schedulerx.posts.model import State
from schedulerx.posts.outcomes import Absent, PlatformError, Published, Refused, Unsure
from schedulerx.posts.settling import posted

_LOOK_AGAIN = (timedelta(minutes=1), timedelta(hours=6))  # at the least, at the most
_OFTEN = 2  # looked for so often, while the time since it was sent doubles


def reconcile(means: Means, work: Work) -> Next:
    """Looks whether an unknown target is there. Looked for in vain, it is looked for again ever
    more seldom; reading that failed says nothing, and is done again.
    """
    target_id = work.target.target_id
    if work.account.platform not in means.platforms:
        return Next(state=State.UNKNOWN)
    try:
        session = means.session(work, None)
        found = means.platforms[work.account.platform].find(session)
    except Refused as error:  # asking again will not help: whoever mends the account asks next
        means.ledger.move(target_id, _in_vain(means, work, f"not found out: {error}"))
        return means.standing(target_id)
    except PlatformError as error:
        return Next(state=State.UNKNOWN, again_s=means.backoff.seconds(0, error))
    means.ledger.move(target_id, _resolution(means, work, found))
    return means.standing(target_id)


def _resolution(means: Means, work: Work, found: Published | Absent | Unsure) -> Change:
    """Not there: it is sent again, so often and no more. Unsure: a person has to look."""
    retries = work.target.retries
    if isinstance(found, Published):
        at = work.target.sending_at or means.now()  # not when it was looked for
        return posted(State.UNKNOWN, found, at, None, None)
    if isinstance(found, Unsure):
        return _in_vain(means, work, found.hint)
    if means.backoff.is_over(retries):
        words = f"given up after {retries} retries: each answer was lost, and it is not there"
        return Change(source=State.UNKNOWN, to=State.FAILED, error=words)
    return Change(source=State.UNKNOWN, to=State.PENDING, due_at=means.now(), retried=True)


def _in_vain(means: Means, work: Work, told: str) -> Change:
    """A person has to look; and it is looked for again, the later the longer ago it was sent."""
    now, (least, most) = means.now(), _LOOK_AGAIN
    passed = now - (work.target.sending_at or now)
    due_at = now + max(least, min(most, passed / _OFTEN))
    return Change(source=State.UNKNOWN, to=State.UNKNOWN, error=told, due_at=due_at)
