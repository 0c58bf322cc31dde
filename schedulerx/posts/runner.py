"""Publishes what is due from one process: for cron, by hand, and for the rehearsal.

Threads take targets as their accounts take turns. What is new stays with the ledger until a thread
is about to be free for it, so that any number may be due; what has to wait for its time again is
the ledger's too. In hand is only what was begun and waits for its platform.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue
from uuid import UUID

from schedulerx.errors import SchedulerXError
from schedulerx.posts.ledger import SETTLED, Busy, Due, Ledger
from schedulerx.posts.means import Next
from schedulerx.posts.model import State
from schedulerx.posts.publishing import Publisher
from schedulerx.posts.tally import Tally
from schedulerx.posts.turns import Turns

THREADS = 24  # each waits for a platform most of the time
_ASKED_FOR = 200  # targets taken from the ledger at a time
_NAP_S = 0.5
_ANEW = timedelta(seconds=2)  # between two looks for what has become due meanwhile
_OTHERS = (State.ARMED, State.SENDING)  # ended with here, they are held by another process
Told = Callable[[UUID, Next], None]


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

    def run_due(self, claim: str, told: Told) -> Tally:
        """Everything that is due, until it is settled or has to wait longer than `patience`;
        `told` hears of every action.
        """
        with ThreadPoolExecutor(self.threads) as pool:
            return _Run(self, claim, told, pool).to_the_end()


class _Run:
    """One call of `run_due`."""

    def __init__(self, runner: Runner, claim: str, told: Told, pool: ThreadPoolExecutor) -> None:
        self._runner, self._claim, self._told, self._pool = runner, claim, told, pool
        self._tally = Tally()
        self._until = runner.now() + runner.patience
        self._turns = Turns(runner.threads)
        self._in_hand: dict[UUID, UUID] = {}  # account by target
        self._given_up: set[UUID] = set()  # unsettled, and nothing can be done here
        self._waiting: list[tuple[datetime, UUID]] = []  # begun, till the platform is asked again
        self._wakes: list[datetime] = []  # when the ledger has more to hand out
        self._resting: dict[UUID, datetime] = {}
        self._ended: SimpleQueue[tuple[Due, Future[Next]]] = SimpleQueue()
        self._working = 0
        self._ask_at = runner.now()
        self._is_drained = False
        self._emptied = 0

    def to_the_end(self) -> Tally:
        """Until there is nothing to wait for, or the ledger is not to be had."""
        try:
            self._go_on()
            self._leave_all()
        except SchedulerXError as error:
            self._tally.ended_by = error
            self._hear_the_last()
        return self._tally

    def _go_on(self) -> None:
        while True:
            self._wake()
            self._start()
            if self._is_to_ask():
                self._ask()
                self._start()
            if self._working:
                self._hear()
            elif self._is_over():
                break
            else:
                self._nap()

    def _wake(self) -> None:
        """What waited for this moment."""
        now = self._runner.now()
        while self._waiting and self._waiting[0][0] <= now:
            _, target = heapq.heappop(self._waiting)
            self._turns.put(Due(target_id=target, account_id=self._in_hand[target]), is_new=False)
        while self._wakes and self._wakes[0] <= now:
            heapq.heappop(self._wakes)
            self._ask_at = now
        self._resting = {each: until for each, until in self._resting.items() if until > now}

    def _is_to_ask(self) -> bool:
        """Whether a thread is free, and the ledger may have something for it."""
        if self._runner.stop.is_set() or self._working == self._runner.threads:
            return False
        is_last = not self._in_hand and not self._is_drained
        return is_last or self._ask_at <= self._runner.now() or self._emptied < self._turns.emptied

    def _ask(self) -> None:
        """Takes what is due from the ledger, of accounts that have not enough in hand already."""
        now = self._runner.now()
        busy = Busy(
            targets={*self._in_hand, *self._given_up}, accounts={*self._resting, *self._turns.full}
        )
        self._emptied = self._turns.emptied
        found = self._runner.ledger.due(now, _ASKED_FOR, busy)
        for due in found:
            self._in_hand[due.target_id] = due.account_id
            self._turns.put(due, is_new=True)
        self._is_drained = not found
        self._ask_at = now if len(found) == _ASKED_FOR else now + _ANEW

    def _start(self) -> None:
        """Gives the free threads something to do."""
        while self._working < self._runner.threads and not self._runner.stop.is_set():
            due = self._turns.next()
            if due is None:
                return
            self._working += 1
            future = self._pool.submit(self._runner.publisher.go, due.target_id, self._claim)
            future.add_done_callback(partial(self._note, due))

    def _note(self, due: Due, done: Future[Next]) -> None:
        self._ended.put((due, done))

    def _hear(self) -> None:
        """Waits until a thread has done something, and takes note."""
        try:
            due, done = self._ended.get(timeout=_NAP_S)
        except Empty:
            return
        self._working -= 1
        error = done.exception()
        if error is None:
            self._after(due, done.result())
            return
        self._turns.done(due.account_id, went_well=False)
        self._tally.add_defect(due.target_id, error)
        self._give_up(due.target_id, None)

    def _hear_the_last(self) -> None:
        """What the threads were at when the ledger failed."""
        for _ in range(self._working):
            due, done = self._ended.get()
            error = done.exception()
            if error is not None:
                self._tally.add_defect(due.target_id, error)
            else:
                self._count(done.result())

    def _after(self, due: Due, found: Next) -> None:
        """What follows an action."""
        target, account = due.target_id, due.account_id
        self._told(target, found)
        waits = bool(found.again_s)
        self._turns.done(account, went_well=found.rests or not (waits and _is_trouble(found)))
        if found.again_s is None:
            self._count(found)
            self._give_up(target, found.state)
            return
        at = self._runner.now() + timedelta(seconds=found.again_s)
        is_late = waits and (at > self._until or self._runner.stop.is_set())
        if found.state is State.PENDING and waits:
            self._hand_back(due, at, found)
        elif is_late:
            self._runner.publisher.leave(target, self._claim, found.again_s)
            self._give_up(target, None)
        else:
            heapq.heappush(self._waiting, (at, target))
        self._tally.later += is_late

    def _count(self, found: Next) -> None:
        if found.again_s is None and found.state not in _OTHERS:
            self._tally.states[found.state] += 1

    def _give_up(self, target: UUID, state: State | None) -> None:
        """It is not taken up again here, though the ledger would hand it out."""
        del self._in_hand[target]
        if state not in SETTLED and state is not State.UNKNOWN:
            self._given_up.add(target)

    def _hand_back(self, due: Due, at: datetime, found: Next) -> None:
        """The ledger hands it out again when its time has come."""
        del self._in_hand[due.target_id]
        if found.rests:
            self._resting[due.account_id] = min(at, self._resting.get(due.account_id, at))
            for target in self._turns.without_new(due.account_id):
                del self._in_hand[target]
        if at <= self._until:
            heapq.heappush(self._wakes, at)

    def _is_over(self) -> bool:
        """Whether nothing is in hand, nothing due, and nothing to be waited for."""
        if self._runner.stop.is_set():
            return True
        return self._is_drained and not self._in_hand and not self._wakes

    def _nap(self) -> None:
        moments = [self._waiting[0][0]] if self._waiting else []
        moments += self._wakes[:1]
        if moments:
            left = (min(moments) - self._runner.now()).total_seconds()
            self._runner.sleep(min(_NAP_S, left))

    def _leave_all(self) -> None:
        """Stopped: others go on where this process ends."""
        now = self._runner.now()
        self._tally.later += len(self._wakes)
        for at, target in self._waiting:
            seconds = (at - now).total_seconds()
            self._runner.publisher.leave(target, self._claim, seconds)
        for target in self._turns.left():
            self._runner.publisher.leave(target, self._claim, 0)


def _is_trouble(found: Next) -> bool:
    """Whether a wait is one for an account or a platform that does not do what it should."""
    return found.state in (State.PENDING, State.UNKNOWN)
