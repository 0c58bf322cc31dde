"""What nobody is at work on and somebody should be: freed, looked for, and told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from schedulerx.posts.ledger import Ledger
from schedulerx.posts.means import Means
from schedulerx.posts.model import State
from schedulerx.posts.reconciling import reconcile

_LOOKED_FOR = 200  # unknown targets a sweep


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of targets."""

    freed: int  # their executions died before anything was sent: they wait again
    lost: int  # their executions died while sending
    found: int  # unknown ones that turned out to be there
    absent: int  # unknown ones that turned out not to be: they wait again

    def words(self) -> Iterator[str]:
        """A sentence for each that is not none."""
        for count, what in (
            (self.freed, "were held by a process that ended, and wait again"),
            (self.lost, "were being sent when their process ended: unknown"),
            (self.found, "of unknown outcome were found posted"),
            (self.absent, "of unknown outcome were found not posted, and wait again"),
        ):
            if count:
                yield f"{count} {what}"


def sweep(ledger: Ledger, means: Means, now: datetime) -> Swept:
    """Frees what dead executions hold, and reads the platforms about what is unknown."""
    expired = ledger.expire(now)
    found = absent = 0
    for target_id in ledger.unknown(_LOOKED_FOR):
        work = ledger.work(target_id)
        if work is not None and work.target.state is State.UNKNOWN:
            state = reconcile(means, work).state
            found += state is State.POSTED
            absent += state is State.PENDING
    return Swept(freed=len(expired.pending), lost=len(expired.unknown), found=found, absent=absent)
