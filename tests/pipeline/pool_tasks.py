"""Work for the pool's tests: each word is an instruction to the worker that receives it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path


def factory(options: Mapping[str, str], argument: str) -> Callable[[str], str]:
    """A worker that echoes its task, or dies or hangs as told."""
    folder = Path(options["folder"])

    def work(task: str) -> str:
        word, _, name = task.partition(" ")
        if word == "die" or (word == "die-once" and not (folder / name).exists()):
            (folder / name).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "hang":
            time.sleep(3600)
        return f"{argument}:{task}:{os.getpid()}"

    return work
