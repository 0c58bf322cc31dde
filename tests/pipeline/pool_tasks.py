"""Work for the pool's tests: each word is an instruction to the worker that receives it."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from schedulerx.pipeline.progress import Progress


def factory(options: Mapping[str, str], argument: str) -> Callable[[str, Progress[str]], str]:
    """A worker that echoes its task, or dies or hangs as told."""
    folder = Path(options["folder"])

    def work(task: str, progress: Progress[str]) -> str:
        word, _, name = task.partition(" ")
        if word == "parts":
            return parts(name, progress, folder)
        if word == "die" or (word == "die-once" and not (folder / name).exists()):
            (folder / name).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "hang":
            time.sleep(3600)
        if word == "core":
            return str(resource.getrlimit(resource.RLIMIT_CORE)[0])
        if word == "hoard":
            return hoard(int(name))
        return f"{argument}:{task}:{os.getpid()}"

    return work


def hoard(size: int) -> str:
    """Asks for so many bytes, and touches none of them."""
    try:
        return f"has {len(bytearray(size))}"
    except MemoryError:
        return "refused"


def parts(words: str, progress: Progress[str], folder: Path) -> str:
    """Tells of each word, which is an instruction itself."""
    told = 0
    for word in words.split():
        loss = progress.loss()
        if loss is not None:
            progress.tell(f"lost {word}: {loss.reason}")
            continue
        if word == "die" or (word == "die-once" and not (folder / word).exists()):
            (folder / word).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "hang":
            time.sleep(3600)
        progress.tell(None if word == "mark" else word)
        told += 1
    return f"end of {told}"
