"""PostgreSQL 18 from a wheel, its data in a folder, shared by every process that uses the folder.

Each process holds `users.lock` shared; the last one to leave stops the server. A process that is
killed leaves the server running, and the next start adopts it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from schedulerx import locks
from schedulerx.errors import ConfigurationError, RetryableError
from schedulerx.stores.postgres.cluster import PORT, SUPERUSER, Cluster, socket_alias
from schedulerx.stores.postgres.profiles import Profile

START_S = 300  # recovery after a power cut replays at most 512 MB of log
POLL_S = 0.02


class EmbeddedServer:
    """A running server, used by this process until `stop` or the end of the process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._pid = os.getpid()
        self._users: int | None = None
        self._start()
        atexit.register(self.stop)

    @property
    def profile(self) -> Profile:
        """How to connect; only this user of this machine can."""
        host = os.fspath(self._socket_folder)
        return Profile("embedded", host=host, port=PORT, user=SUPERUSER, dbname="postgres")

    @property
    def dsn(self) -> str:
        """The libpq connection string."""
        return self.profile.conninfo()

    def _start(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with locks.exclusive(self._folder / "start.lock") as lock:
                self._cluster = Cluster(self._folder)
                self._cluster.create(lock)
                self._socket_folder = socket_alias(self._cluster.data)
                self._await_ready()
                self._users = locks.open_lock(self._folder / "users.lock")
                locks.share(self._users)
        except OSError as error:
            raise ConfigurationError(
                f"The embedded PostgreSQL cannot use {self._folder}: {error}. Choose another "
                "artifact folder, or name a database with DB_PROFILE."
            ) from error

    def _await_ready(self) -> None:
        """Adopts the server that runs, or starts one; what is left of a killed one ends first."""
        deadline = time.monotonic() + START_S
        launched = False
        while not self._cluster.ready(self._socket_folder):
            launched = launched or self._cluster.launch()
            self._cluster.check()
            if time.monotonic() > deadline:
                raise RetryableError(
                    f"The embedded PostgreSQL in {self._folder} is not ready after {START_S} s: "
                    f"see {self._cluster.log} and run again."
                )
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Leaves the server; the last to leave stops it. Safe to call again, and in a fork."""
        if self._users is None or os.getpid() != self._pid:
            return
        with locks.exclusive(self._folder / "start.lock"):
            if locks.try_exclusive(self._users):
                self._cluster.stop()
            locks.release(self._users)
        self._users = None
        if self._socket_folder != self._cluster.data:
            shutil.rmtree(self._socket_folder.parent, ignore_errors=True)
        atexit.unregister(self.stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start_embedded(folder: Path) -> EmbeddedServer:
    """Starts, or adopts, the server of a folder, and returns when it accepts connections.

    Raises:
        ConfigurationError: no wheel for this Python, or the folder cannot be used.
        RetryableError: it takes too long.
    """
    return EmbeddedServer(folder)
