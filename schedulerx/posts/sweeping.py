"""What nobody is at work on and somebody should be: freed, looked for, and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from schedulerx.errors import SchedulerXError
from schedulerx.posts.ledger import Ledger
from schedulerx.posts.means import Means, Next
from schedulerx.posts.model import State
from schedulerx.posts.reconciling import reconcile
from schedulerx.posts.tally import defect_of

_LOOKED_FOR = 200  # unknown targets a sweep


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of targets."""

    freed: int  # their executions died before anything was sent: they wait again
    lost: int  # their executions died while sending
    found: int  # unknown ones that turned out to be there
    absent: int  # unknown ones that turned out not to be: they wait again
    waiting: tuple[UUID, ...] = ()  # of all these, the ones that wait again
    ended: tuple[UUID, ...] = ()  # and those that are settled, or unknown, since
    defects: tuple[str, ...] = ()  # of ours, each in one target: the others go on

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
        for defect in self.defects:
            yield f"error: {defect}"


def sweep(ledger: Ledger, means: Means, now: datetime) -> Swept:
    """Frees what dead executions hold, and reads the platforms about what is unknown. An account
    whose platform does not answer is asked once.
    """
    expired = ledger.expire(now)
    looked, defects, silent = dict[UUID, State](), [], set[UUID]()
    for due in ledger.unknown(_LOOKED_FOR, now):
        if due.account_id in silent:
            continue
        try:
            found = _looked_for(due.target_id, ledger, means)
        except SchedulerXError:
            raise
        except Exception as error:  # noqa: BLE001  (told; it holds up no other target)
            defects.append(defect_of(due.target_id, error))
            continue
        looked[due.target_id] = found.state
        if found.state is State.UNKNOWN and found.again_s is not None:
            silent.add(due.account_id)
    counts = Counter(looked.values())
    return Swept(
        freed=len(expired.pending), lost=len(expired.unknown), found=counts[State.POSTED],
        absent=counts[State.PENDING], defects=tuple(defects),
        waiting=(*expired.pending, *_in(looked, State.PENDING)),
        ended=(*_in(looked, State.POSTED, State.FAILED), *_still(expired.unknown, looked)),
    )  # fmt: skip


def _in(looked: Mapping[UUID, State], *states: State) -> list[UUID]:
    return [target_id for target_id, state in looked.items() if state in states]


def _still(lost: Sequence[UUID], looked: Mapping[UUID, State]) -> list[UUID]:
    """Those that were lost just now, and not found in the same sweep."""
    return [each for each in lost if looked.get(each, State.UNKNOWN) is State.UNKNOWN]


def _looked_for(target_id: UUID, ledger: Ledger, means: Means) -> Next:
    """Where an unknown target stands once it was looked for."""
    work = ledger.work(target_id)
    if work is None or work.target.state is not State.UNKNOWN:
        return Next(state=State.UNKNOWN)  # another process was faster
    return reconcile(means, work)
