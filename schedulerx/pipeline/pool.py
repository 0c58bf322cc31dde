"""A pool of worker processes that outlives its workers.

The standard executors break when a worker is killed and lose what the others were doing. Here
the parent knows which task each worker holds: a worker that dies or overruns is replaced, its
task is tried again, at most `TRIES` times, then reported as lost; nothing else is affected.

A task may tell of parts before it ends. Then time and tries count for each part, and the part that
is lost is given up: the task goes on without it. See `schedulerx.pipeline.progress`.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from schedulerx.pipeline import memory
from schedulerx.pipeline.progress import Disconnected, Loss, Progress
from schedulerx.pipeline.services import WorkerSpec

Task = TypeVar("Task")
Result = TypeVar("Result")

TRIES = 3  # of one task or part, each ended by the death of its worker
# Queued at a worker beyond the task it works on, so that it never waits for the parent.
_AHEAD = 1
_CONTEXT = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Lost(Generic[Task]):
    """A task whose worker died or overran on every try."""

    task: Task
    reason: str
    overran: bool


@dataclass(frozen=True)
class Finished(Generic[Task, Result]):
    """A task, or a part of it, and what came of it; `tries` ended with a dead worker before."""

    task: Task
    result: Result
    tries: int = 0
    is_part: bool = False


@dataclass
class _Held(Generic[Task]):
    """A task at a worker. `told` parts came from this worker, `passed` from all of them."""

    task: Task
    losses: dict[int, Loss] = field(default_factory=dict)
    told: int = 0
    passed: int = 0
    tries: int = 0  # of the part after those told
    stuck_at: int = 0  # the part that `tries` counts for

    def died(self) -> bool:
        """Notes the death of a worker. Whether the part it worked on has had its tries."""
        self.tries = self.tries + 1 if self.told == self.stuck_at else 1
        self.stuck_at = self.told
        return self.tries >= TRIES

    def give_up(self, reason: str, *, overran: bool) -> bool:
        """Gives up the part in work. False where the task has no parts, or that did not help."""
        if self.passed == 0 or self.told in self.losses:
            return False
        self.losses[self.told] = Loss(reason=reason, overran=overran)
        self.tries = 0
        return True


def resolve(target: str) -> Any:
    """The object named by "module:name"."""
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def _serve(connection: Connection, spec: WorkerSpec, argument: str, most_bytes: int) -> None:
    """A worker's life: receive, work, answer, until the parent is gone."""
    memory.hold(most_bytes)
    memory.leave_no_core()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    process: Callable[[Any, Progress[Any]], Any] = resolve(spec.factory)(spec.options, argument)
    try:
        while True:
            task, losses = connection.recv()
            progress: Progress[Any] = Progress(lambda part: connection.send((True, part)), losses)
            connection.send((False, process(task, progress)))
    except (EOFError, BrokenPipeError, ConnectionResetError, Disconnected):
        return  # the parent is gone; what was published is whole


class _Worker(Generic[Task]):
    """One process and the tasks it holds, the first of which it works on."""

    def __init__(self, spec: WorkerSpec, argument: str, most_bytes: int) -> None:
        self.connection, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(
            target=_serve, args=(theirs, spec, argument, most_bytes), daemon=True
        )
        self.process.start()
        theirs.close()
        self.held: deque[_Held[Task]] = deque()
        self.since = time.monotonic()

    def give(self, held: _Held[Task]) -> None:
        if not self.held:
            self.since = time.monotonic()
        held.told = 0
        self.held.append(held)
        try:
            self.connection.send((held.task, held.losses))
        except (BrokenPipeError, ConnectionResetError):
            return  # it died; the sentinel tells, and what it held is given to another

    def take(self) -> _Held[Task]:
        self.since = time.monotonic()
        return self.held.popleft()

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


class Pool(Generic[Task, Result]):
    """Runs tasks in `processes` workers built by `spec`; use as a context manager."""

    def __init__(
        self, spec: WorkerSpec, argument: str, processes: int, limit_s: float = 600.0
    ) -> None:
        self._spec = spec
        self._argument = argument
        self._processes = processes
        self._limit_s = limit_s
        self._workers: list[_Worker[Task]] = []
        self._again: deque[_Held[Task]] = deque()

    def __enter__(self) -> Pool[Task, Result]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pids(self) -> list[int]:
        """The workers' process ids."""
        return [worker.process.pid or 0 for worker in self._workers]

    def warm(self) -> None:
        """Starts the workers ahead of the first task."""
        self._staff()

    def run(
        self, tasks: Iterable[Task], stop: Callable[[], bool] = lambda: False
    ) -> Iterator[Finished[Task, Result] | Lost[Task]]:
        """Outcomes in the order they finish. When `stop` says so, what is begun is finished and
        nothing new is; of a task with parts, the part that is begun.
        """
        source = iter(tasks)
        while True:
            if not stop():
                self._feed(source)
            busy = [worker for worker in self._workers if worker.held]
            if not busy:
                return
            yield from self._outcomes(busy, stop)

    def _feed(self, source: Iterator[Task]) -> None:
        for round_ in range(1 + _AHEAD):
            for worker in self._staff():
                if len(worker.held) == round_ and (held := self._next(source)) is not None:
                    worker.give(held)

    def _staff(self) -> list[_Worker[Task]]:
        while len(self._workers) < self._processes:
            most_bytes = memory.share(self._processes)
            self._workers.append(_Worker(self._spec, self._argument, most_bytes))
        return self._workers

    def _next(self, source: Iterator[Task]) -> _Held[Task] | None:
        if self._again:
            return self._again.popleft()
        task = next(source, None)
        return None if task is None else _Held(task)

    def _outcomes(
        self, busy: list[_Worker[Task]], stop: Callable[[], bool]
    ) -> Iterator[Finished[Task, Result] | Lost[Task]]:
        ready = wait([worker.connection for worker in busy], timeout=1.0)
        for worker in busy:
            if worker.connection in ready:
                yield from self._receive(worker, stop)
            elif time.monotonic() - worker.since > self._limit_s:
                reason = f"it was not finished after {self._limit_s:g} seconds"
                yield from self._replace(worker, reason, overran=True)

    def _receive(
        self, worker: _Worker[Task], stop: Callable[[], bool]
    ) -> Iterator[Finished[Task, Result] | Lost[Task]]:
        message: tuple[bool, Result | None]
        try:
            message = worker.connection.recv()
        except (EOFError, ConnectionResetError):
            worker.process.join(timeout=5)
            yield from self._replace(worker, _death(worker.process.exitcode), overran=False)
            return
        is_part, result = message
        held = worker.held[0] if is_part else worker.take()
        if is_part:
            yield from self._part(worker, held, result)
            if stop():
                self._abandon(worker)
        else:
            yield Finished(held.task, cast("Result", result), held.tries)

    def _part(
        self, worker: _Worker[Task], held: _Held[Task], result: Result | None
    ) -> Iterator[Finished[Task, Result]]:
        """What a task tells of a part, unless a worker before told it."""
        worker.since = time.monotonic()
        held.told += 1
        if held.told <= held.passed:
            return
        held.passed = held.told
        tries = held.tries if held.told == held.stuck_at + 1 else 0
        if result is not None:
            yield Finished(held.task, result, tries, is_part=True)

    def _abandon(self, worker: _Worker[Task]) -> None:
        """Ends a worker within its task: what it has told is published."""
        worker.kill()
        self._workers.remove(worker)
        self._again.extend(list(worker.held)[1:])

    def _replace(
        self, worker: _Worker[Task], reason: str, *, overran: bool
    ) -> Iterator[Lost[Task]]:
        """Ends a worker. Its task is tried again or lost, the waiting ones go to another."""
        culprit = worker.held[0]
        self._abandon(worker)
        if (culprit.died() or overran) and not culprit.give_up(reason, overran=overran):
            yield Lost(culprit.task, reason, overran)
        else:
            self._again.append(culprit)

    def close(self) -> None:
        """Ends the workers at once; what is published is whole, the rest is done again."""
        for worker in self._workers:
            worker.kill()
        self._workers.clear()


def _death(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return f"its worker process was killed by {signal.Signals(-exitcode).name}"
    return f"its worker process ended with exit code {exitcode}"


def cores() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
