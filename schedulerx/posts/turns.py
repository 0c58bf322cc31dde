"""Whose turn it is: the accounts one after the other, each at few things at once.

An account whose platform does not answer holds a thread for as long as a request may take. So one
in trouble gets one thread, and all that are in trouble together no more than a share of them.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection
from uuid import UUID

from schedulerx.posts.ledger import Due

_OF_ACCOUNT = 4  # threads of one account; a platform of ours would throttle many more
_OF_TROUBLED = 4  # of all threads, the share of accounts in trouble: one in so many


class Turns:
    """Targets that wait for a thread: those of ours, begun already, before those that are new."""

    def __init__(self, threads: int) -> None:
        self._for_troubled = max(1, threads // _OF_TROUBLED)
        self._ours: dict[UUID, deque[UUID]] = {}
        self._new: dict[UUID, deque[UUID]] = {}
        self._working: Counter[UUID] = Counter()
        self._troubled: set[UUID] = set()
        self.full: set[UUID] = set()  # accounts that have new targets enough
        self.emptied = 0  # how often one had no longer

    def put(self, due: Due, *, is_new: bool) -> None:
        """At the end of its account's."""
        queues = self._new if is_new else self._ours
        queue = queues.setdefault(due.account_id, deque())
        queue.append(due.target_id)
        if is_new and len(queue) >= _OF_ACCOUNT:
            self.full.add(due.account_id)

    def next(self) -> Due | None:
        """The next target for a thread; None: there is none, or its account is at work enough."""
        for queues in (self._ours, self._new):
            account = next((each for each in queues if self._may(each)), None)
            if account is not None:
                self._working[account] += 1
                target = _rotated(queues, account)
                if account in self.full and len(self._new.get(account, ())) < _OF_ACCOUNT:
                    self._is_full_no_longer(account)
                return Due(target_id=target, account_id=account)
        return None

    def done(self, account: UUID, *, went_well: bool) -> None:
        """A thread is free again."""
        self._working[account] -= 1
        if not self._working[account]:
            del self._working[account]
        (self._troubled.discard if went_well else self._troubled.add)(account)

    def without_new(self, account: UUID) -> Collection[UUID]:
        """Takes the account's new targets out; they stay with the ledger."""
        self._is_full_no_longer(account)
        return self._new.pop(account, ())

    def _is_full_no_longer(self, account: UUID) -> None:
        self.full.discard(account)
        self.emptied += 1

    def left(self) -> list[UUID]:
        """Those begun that nobody is at work on."""
        return [target for queue in self._ours.values() for target in queue]

    def _may(self, account: UUID) -> bool:
        if account not in self._troubled:
            return self._working[account] < _OF_ACCOUNT
        at_work = sum(self._working[each] for each in self._troubled)
        return not self._working[account] and at_work < self._for_troubled


def _rotated(queues: dict[UUID, deque[UUID]], account: UUID) -> UUID:
    """The account's first target; the account goes to the end of the line."""
    queue = queues.pop(account)
    target = queue.popleft()
    if queue:
        queues[account] = queue
    return target
