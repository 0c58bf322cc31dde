"""Publishes what is due from one process: for cron, by hand, and for the rehearsal.

Targets wait in a heap by the moment of their next action; threads take them from it. Accounts take
turns, since the ledger hands targets out that way.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from schedulerx.posts.ledger import Ledger
from schedulerx.posts.means import Next
from schedulerx.posts.model import State
from schedulerx.posts.publishing import Publisher

THREADS = 16  # each waits for a platform most of the time
_AT_ONCE = 500  # targets taken from the ledger at a time
_NAP_S = 0.5


@dataclass
class Tally:
    """What became of the targets."""

    states: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    later: int = 0  # still waiting when this process had waited long enough
    defects: list[str] = field(default_factory=list)


@dataclass
class Runner:
    """Runs targets to their ends. `patience`: how long one may wait for its next action here."""

    publisher: Publisher
    ledger: Ledger
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    patience: timedelta = timedelta(minutes=10)
    threads: int = THREADS
    stop: threading.Event = field(default_factory=threading.Event)

    def run_due(self, claim: str, told: Callable[[UUID, Next], None]) -> Tally:
        """Everything that is due now, until it is settled; `told` hears of every action."""
        tally, seen = Tally(), set[UUID]()
        while not self.stop.is_set():
            due = [each for each in self.ledger.due(self.now(), _AT_ONCE) if each not in seen]
            if not due:
                return tally
            seen.update(due)
            self.run(due, claim, told, tally)
        return tally

    def run(
        self, targets: Iterable[UUID], claim: str, told: Callable[[UUID, Next], None], tally: Tally
    ) -> None:
        """These targets, until each is settled or has to wait longer than `patience`."""
        begun = self.now()
        waiting = [(begun, order, target) for order, target in enumerate(targets)]
        heapq.heapify(waiting)
        working: dict[Future[Next], tuple[int, UUID]] = {}
        with ThreadPoolExecutor(self.threads) as pool:
            while (waiting and not self.stop.is_set()) or working:
                while waiting and waiting[0][0] <= self.now() and len(working) < self.threads:
                    _, order, target = heapq.heappop(waiting)
                    working[pool.submit(self.publisher.step, target, claim)] = (order, target)
                if not working:
                    self.sleep(min(_NAP_S, (waiting[0][0] - self.now()).total_seconds()))
                    continue
                for done in wait(working, timeout=_NAP_S, return_when=FIRST_COMPLETED).done:
                    order, target = working.pop(done)
                    at = self._after(done, (target, claim), told, tally, begun)
                    if at is not None:
                        heapq.heappush(waiting, (at, order, target))
        for at, _, target in waiting:  # stopped: others go on where this process ends
            self.publisher.leave(target, claim, (at - self.now()).total_seconds())

    def _after(
        self,
        done: Future[Next],
        held: tuple[UUID, str],
        told: Callable[[UUID, Next], None],
        tally: Tally,
        begun: datetime,
    ) -> datetime | None:
        """When the target is to be taken up again; None: not here."""
        target, claim = held
        error = done.exception()
        if error is not None:
            tally.defects.append(f"{target}: {type(error).__name__}: {error}")
            return None
        found = done.result()
        told(target, found)
        if found.again_s is None:
            tally.states[found.state] += 1
            return None
        at = self.now() + timedelta(seconds=found.again_s)
        if found.again_s > 0 and (at - begun > self.patience or self.stop.is_set()):
            self.publisher.leave(target, claim, found.again_s)
            tally.later += 1
            return None
        return at
