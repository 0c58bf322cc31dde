"""A publishing process that is really killed: at a request, before or after the server acts on it,
or at a step of the ledger.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from uuid import uuid4

from schedulerx.cloud.platforms.serving import Answer, Asked, StandIn
from schedulerx.compose.posts import local_posts
from schedulerx.posts.ledger import Ledger
from schedulerx.posts.runner import Runner
from schedulerx.posts.sweeping import sweep

BEGUN = datetime(2026, 3, 1, 15, tzinfo=UTC)
FAST = 60.0  # seconds of the test's clock in one of ours
_LEDGER_CALLS = ("take", "work", "move", "begin_sending", "keep")
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.posts.killing"])


@dataclass(frozen=True)
class Clock:
    """A fast clock that processes share: it goes by the machine's, and is put forward by hand."""

    origin: float
    ahead: float = 0.0

    def seconds(self) -> float:
        return BEGUN.timestamp() + (time.time() - self.origin) * FAST + self.ahead

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)


@dataclass
class Trap:
    """A stand-in at whose `at`-th request the process that asks is killed."""

    stand_in: StandIn
    at: int | None = None
    before: bool = False
    victim: BaseProcess | None = None
    requests: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, asked: Asked) -> Answer | None:
        with self._lock:
            self.requests += 1
            springs = self.requests == self.at
        if springs and self.before:
            self._kill()
            return None
        answer = self.stand_in.handle(asked)
        if springs:
            self._kill()
            return None
        return answer

    def _kill(self) -> None:
        assert self.victim is not None
        assert self.victim.pid is not None
        os.kill(self.victim.pid, signal.SIGKILL)
        self.victim.join()


class DyingLedger:
    """A ledger at whose `at`-th call this process kills itself, before or after the call."""

    def __init__(self, ledger: Ledger, at: int, *, before: bool) -> None:
        self._ledger, self._left, self._before = ledger, at, before

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._ledger, name)
        return self._deadly(call) if name in _LEDGER_CALLS else call

    def _deadly(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            self._left -= 1
            if self._left == 0 and self._before:
                os.kill(os.getpid(), signal.SIGKILL)
            result = call(*arguments, **named)
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return called


@dataclass(frozen=True)
class Attempt:
    """What one process does: sweeps, and publishes what is due. It may be doomed."""

    folder: Path
    env: dict[str, str]
    clock: Clock
    media: str  # the URL its media lie under
    ledger_call: int = 0  # 0: it does not die at the ledger
    before: bool = False

    def url(self, key: str) -> str:
        return f"{self.media}/{key}"

    def __call__(self) -> None:
        now = self.clock.now
        with local_posts(self.folder, self.env, self.url) as house:
            ledger: Any = house.ledger
            if self.ledger_call:
                ledger = DyingLedger(house.ledger, self.ledger_call, before=self.before)
            publisher = replace(house.publisher, ledger=ledger, now=now)
            sweep(ledger, publisher, now())
            runner = Runner(
                publisher, ledger, now, lambda seconds: time.sleep(max(0.0, seconds) / FAST),
                patience=timedelta(hours=2), threads=2,
            )  # fmt: skip
            runner.run_due(f"process-{uuid4().hex}", lambda *_: None)

    def start(self) -> BaseProcess:
        process = _CONTEXT.Process(target=self)
        process.start()
        return process
