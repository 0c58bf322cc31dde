"""Unknown outcomes resolved by reading the platform, never by sending."""

from __future__ import annotations

from schedulerx.posts.ledger import Change, Work
from schedulerx.posts.means import Means, Next
from schedulerx.posts.model import State
from schedulerx.posts.outcomes import Absent, PlatformError, Published, Refused, Unsure
from schedulerx.posts.settling import posted


def reconcile(means: Means, work: Work) -> Next:
    """Looks whether an unknown target is there."""
    target_id = work.target.target_id
    try:
        session = means.session(work, None)
        found = means.platforms[work.account.platform].find(session)
    except Refused as error:  # asking again will not help: whoever mends the account asks next
        change = Change(source=State.UNKNOWN, to=State.UNKNOWN, error=f"not found out: {error}")
        means.ledger.move(target_id, change)
        return means.standing(target_id)
    except PlatformError as error:
        return Next(state=State.UNKNOWN, again_s=means.backoff.seconds(0, error))
    means.ledger.move(target_id, _resolution(means, work, found))
    return means.standing(target_id)


def _resolution(means: Means, work: Work, found: Published | Absent | Unsure) -> Change:
    """Not there: it is sent again, so often and no more. Unsure: a person has to look."""
    retries = work.target.retries
    if isinstance(found, Published):
        return posted(State.UNKNOWN, found, means.now(), None, None)
    if isinstance(found, Unsure):
        return Change(source=State.UNKNOWN, to=State.UNKNOWN, error=found.hint)
    if means.backoff.is_over(retries):
        words = f"given up after {retries} retries: each answer was lost, and it is not there"
        return Change(source=State.UNKNOWN, to=State.FAILED, error=words)
    return Change(source=State.UNKNOWN, to=State.PENDING, due_at=means.now(), retried=True)
