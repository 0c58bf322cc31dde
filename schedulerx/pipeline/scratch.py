"""Where members lie while they are processed: a folder a process, swept by whoever comes next."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schedulerx.locks import exclusive, open_lock, try_exclusive

_PREFIX = "members-"
_LOCK = ".lock"


class Scratch:
    """One process's folder below `root`. It holds a lock on it for as long as it lives, so a
    folder that can be locked is a dead one's: a killed worker's members go with the next start.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        with exclusive(root / _LOCK):
            sweep(root)
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
            self._lock = os.fdopen(open_lock(self._folder / _LOCK), "rb")
            try_exclusive(self._lock.fileno())

    @contextmanager
    def file(self) -> Iterator[Path]:
        """A path for one member; the file goes with the context."""
        handle, name = tempfile.mkstemp(dir=self._folder)
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)


def sweep(root: Path) -> None:
    """Removes the folders of processes that are no more."""
    for folder in root.glob(f"{_PREFIX}*"):
        lock = open_lock(folder / _LOCK)
        try:
            if try_exclusive(lock):
                shutil.rmtree(folder)
        finally:
            os.close(lock)
