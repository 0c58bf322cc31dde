"""Warm processes: a few a function, each serving one invocation at a time, as Lambda's do."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

PROCESSES_PER_FUNCTION = 2
IDLE_PROCESSES = 12  # over all functions; each holds some 60 MB once it imported boto3
IMPORT_SECONDS = 60.0  # a cold start on a busy laptop; Lambda itself allows 10


class TimedOut(Exception):  # noqa: N818  (named by what happened)
    """The function ran longer than its timeout; its process is gone."""


class Exited(Exception):  # noqa: N818  (named by what happened)
    """The function's process ended without an answer; `args[0]` is its exit status."""


@dataclass(frozen=True)
class Recipe:
    """All that a process is made from: another recipe retires the old processes."""

    function: str
    module: str
    attribute: str
    folder: Path
    log: Path
    environment: tuple[tuple[str, str], ...]
    python: str


class WarmProcess:
    """One process that imported the handler and waits for requests."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.idle_since = time.monotonic()
        self._rest = b""
        self._closed = False
        self._closing = threading.Lock()
        self._answers, inherited = os.pipe()
        recipe.log.parent.mkdir(parents=True, exist_ok=True)
        with recipe.log.open("ab") as log:
            self._process = _spawn(recipe, inherited, log)
        os.close(inherited)

    def start(self) -> None:
        """Waits until the handler is imported; not counted against the function's timeout."""
        self._line(IMPORT_SECONDS)

    def invoke(self, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Sends one request and waits for its answer.

        Raises:
            TimedOut: no answer within `timeout` seconds.
            Exited: the process ended.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Exited(self._process.wait()) from None
        reply: dict[str, Any] = json.loads(self._line(timeout))
        return reply

    def alive(self) -> bool:
        """Whether it can serve another request."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the process at once; invocations in it are lost."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with suppress(BrokenPipeError):
            if self._process.stdin:
                self._process.stdin.close()
        os.close(self._answers)

    def _line(self, timeout: float) -> bytes:
        deadline = time.monotonic() + timeout
        readable = select.poll()
        readable.register(self._answers, select.POLLIN)
        while b"\n" not in self._rest:
            if not readable.poll(max(0, deadline - time.monotonic()) * 1000):
                raise TimedOut
            chunk = os.read(self._answers, 1 << 16)
            if not chunk:
                raise Exited(self._process.wait())
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return line


def _spawn(recipe: Recipe, answers: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [recipe.python, "-u", "-m", "schedulerx.cloud.lambda_runtime"]
    return subprocess.Popen(  # noqa: S603  (the repository's own handlers)
        [*command, recipe.module, recipe.attribute, str(answers)],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=recipe.folder,
        env=dict(recipe.environment),
        pass_fds=(answers,),
        start_new_session=True,  # Ctrl-C is the server's; it ends its processes itself
    )


class Pool:
    """Processes of all functions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[WarmProcess] = []
        self._busy: set[WarmProcess] = set()
        self._slots: dict[str, threading.BoundedSemaphore] = {}
        self._closed = False

    @contextmanager
    def process(self, recipe: Recipe) -> Iterator[WarmProcess]:
        """A started process of this recipe, exclusively; kept warm unless the block raised."""
        with self._slot(recipe.function):
            process = self._take(recipe)
            try:
                yield process
            except BaseException:
                self._discard(process)
                raise
            self._keep(process)

    def close(self) -> None:
        """Ends every process."""
        with self._lock:
            self._closed = True
            processes = [*self._idle, *self._busy]
            self._idle.clear()
        for process in processes:
            process.close()

    def _slot(self, function: str) -> threading.BoundedSemaphore:
        with self._lock:
            if function not in self._slots:
                self._slots[function] = threading.BoundedSemaphore(PROCESSES_PER_FUNCTION)
            return self._slots[function]

    def _take(self, recipe: Recipe) -> WarmProcess:
        with self._lock:
            outdated = [p for p in self._idle if _outdated(p, recipe)]
            fitting = [p for p in self._idle if p.recipe == recipe and p.alive()]
            process = fitting[-1] if fitting else None
            self._idle = [p for p in self._idle if p not in outdated and p is not process]
        for old in outdated:
            old.close()
        return self._register(process) if process else self._launch(recipe)

    def _launch(self, recipe: Recipe) -> WarmProcess:
        process = self._register(WarmProcess(recipe))
        try:
            process.start()
        except BaseException:
            self._discard(process)
            raise
        return process

    def _register(self, process: WarmProcess) -> WarmProcess:
        with self._lock:
            self._busy.add(process)
        return process

    def _keep(self, process: WarmProcess) -> None:
        with self._lock:
            self._busy.discard(process)
            process.idle_since = time.monotonic()
            self._idle.append(process)
            surplus = self._idle[:-IDLE_PROCESSES] if not self._closed else list(self._idle)
            self._idle = [p for p in self._idle if p not in surplus]
        for old in surplus:
            old.close()

    def _discard(self, process: WarmProcess) -> None:
        with self._lock:
            self._busy.discard(process)
        process.close()


def _outdated(process: WarmProcess, recipe: Recipe) -> bool:
    same_function = process.recipe.function == recipe.function
    return same_function and (process.recipe != recipe or not process.alive())
