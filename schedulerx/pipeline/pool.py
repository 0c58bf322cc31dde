"""A pool of worker processes that outlives its workers.

The standard executors break when a worker is killed and lose what the others were doing. Here
the parent knows which task each worker holds: a worker that dies or overruns is replaced, its
task is tried again, at most `TRIES` times, then reported as lost; nothing else is affected.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Generic, TypeVar

from schedulerx.pipeline.services import WorkerSpec

Task = TypeVar("Task")
Result = TypeVar("Result")

TRIES = 3  # of one task, each ended by the death of its worker
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
    """A task and what came of it; `tries` before this one ended with a dead worker."""

    task: Task
    result: Result
    tries: int = 0


@dataclass
class _Held(Generic[Task]):
    task: Task
    tries: int


def resolve(target: str) -> Any:
    """The object named by "module:name"."""
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def _serve(connection: Connection, spec: WorkerSpec, argument: str) -> None:
    """A worker's life: receive, work, answer, until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    process: Callable[[Any], Any] = resolve(spec.factory)(spec.options, argument)
    try:
        while True:
            connection.send(process(connection.recv()))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent is gone; what was published is whole


class _Worker(Generic[Task]):
    """One process and the tasks it holds, the first of which it works on."""

    def __init__(self, spec: WorkerSpec, argument: str) -> None:
        self.connection, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=_serve, args=(theirs, spec, argument), daemon=True)
        self.process.start()
        theirs.close()
        self.held: deque[_Held[Task]] = deque()
        self.since = time.monotonic()

    def give(self, held: _Held[Task]) -> None:
        if not self.held:
            self.since = time.monotonic()
        self.held.append(held)
        try:
            self.connection.send(held.task)
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
        nothing new is.
        """
        source = iter(tasks)
        while True:
            if not stop():
                self._feed(source)
            busy = [worker for worker in self._workers if worker.held]
            if not busy:
                return
            yield from self._outcomes(busy)

    def _feed(self, source: Iterator[Task]) -> None:
        for round_ in range(1 + _AHEAD):
            for worker in self._staff():
                if len(worker.held) == round_ and (held := self._next(source)) is not None:
                    worker.give(held)

    def _staff(self) -> list[_Worker[Task]]:
        while len(self._workers) < self._processes:
            self._workers.append(_Worker(self._spec, self._argument))
        return self._workers

    def _next(self, source: Iterator[Task]) -> _Held[Task] | None:
        if self._again:
            return self._again.popleft()
        task = next(source, None)
        return None if task is None else _Held(task, 0)

    def _outcomes(self, busy: list[_Worker[Task]]) -> Iterator[Finished[Task, Result] | Lost[Task]]:
        ready = wait([worker.connection for worker in busy], timeout=1.0)
        for worker in busy:
            if worker.connection in ready:
                yield from self._receive(worker)
            elif time.monotonic() - worker.since > self._limit_s:
                reason = f"it was not finished after {self._limit_s:g} seconds"
                yield from self._replace(worker, reason, overran=True)

    def _receive(self, worker: _Worker[Task]) -> Iterator[Finished[Task, Result] | Lost[Task]]:
        try:
            result: Result = worker.connection.recv()
        except (EOFError, ConnectionResetError):
            worker.process.join(timeout=5)
            yield from self._replace(worker, _death(worker.process.exitcode), overran=False)
            return
        held = worker.take()
        yield Finished(held.task, result, held.tries)

    def _replace(
        self, worker: _Worker[Task], reason: str, *, overran: bool
    ) -> Iterator[Lost[Task]]:
        """Ends a worker. Its task is tried again or lost, the waiting ones go to another."""
        worker.kill()
        self._workers.remove(worker)
        culprit, waiting = worker.held[0], list(worker.held)[1:]
        self._again.extend(waiting)
        tries = culprit.tries + 1
        if overran or tries >= TRIES:
            yield Lost(culprit.task, reason, overran)
        else:
            self._again.append(_Held(culprit.task, tries))

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
