"""What a piece of work costs: seconds of this process and of the embedded server, memory, and what
the server wrote because it did not fit into memory.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from schedulerx.stores.postgres.embedded import EmbeddedServer

_EVERY_S = 0.05
_TEMPORARY = "SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()"


class Usage:
    """Of one embedded server and of this process."""

    def __init__(self, server: EmbeddedServer, folder: Path) -> None:
        self._conninfo = server.profile.conninfo()
        data = next(folder.rglob("postmaster.pid"))
        self._pid = int(data.read_text().split()[0])

    def of(self, work: Callable[[], object]) -> dict[str, float]:
        """Of a piece of work: CPU seconds, seconds, MB."""
        ours, theirs, wall = time.process_time(), self._seconds(), time.perf_counter()
        written = self._temporary()
        with self._watched() as peaks:
            work()
        return {
            "process_s": round(time.process_time() - ours, 2),
            "server_s": round(self._seconds() - theirs, 2),
            "wall_s": round(time.perf_counter() - wall, 2),
            "backend_mb": round(peaks[0]),
            "process_mb": round(peaks[1]),
            "temp_mb": round((self._temporary() - written) / 1e6),
        }

    def _temporary(self) -> int:
        with psycopg.connect(self._conninfo) as connection:
            row = connection.execute(_TEMPORARY).fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def _watched(self) -> Iterator[list[float]]:
        """The most private memory (MB) of one backend, and the most resident of this process."""
        peaks, ended = [0.0, 0.0], threading.Event()

        def watch() -> None:
            while not ended.wait(_EVERY_S):
                peaks[0] = max(peaks[0], *(_mb(pid, "RssAnon") for pid in self._children()), 0)
                peaks[1] = max(peaks[1], _mb("self", "VmRSS"))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield peaks
        finally:
            ended.set()
            watcher.join()

    def _children(self) -> list[str]:
        listed = Path(f"/proc/{self._pid}/task/{self._pid}/children")
        return listed.read_text().split()

    def _seconds(self) -> float:
        """CPU seconds of the server's processes, and of those that ended."""
        fields = _stat(str(self._pid))
        ticks = sum(int(value) for value in fields[11:15])
        for pid in self._children():
            fields = _stat(pid)
            ticks += sum(int(value) for value in fields[11:13])
        return ticks / 100


def _stat(pid: str) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []  # it ended meanwhile


def _mb(pid: str, name: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)
