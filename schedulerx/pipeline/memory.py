"""A worker's share of the machine's memory. A file that asks for more fails by itself; the kernel
would end the whole container, and with it every other file in work.
"""

from __future__ import annotations

import os
import resource
from pathlib import Path

LEAST = 2 * 1024**3  # bytes; recognition alone takes half of it
MOST = 4 * 1024**3  # the largest picture that `max_pixels` lets through takes 3.4 GB
_WORKERS_PART = 0.9  # of all memory: the rest is the parent's and the system's
# Of a container: cgroup v2, then v1.
_CONTAINER_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def share(processes: int) -> int:
    """Bytes that each of so many workers may take."""
    return min(MOST, max(LEAST, int(total() * _WORKERS_PART) // processes))


def total() -> int:
    """Bytes of memory that this machine has, or its container may take."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *_told()])


def _told() -> list[int]:
    texts = [path.read_text().strip() for path in _CONTAINER_LIMITS if path.is_file()]
    return [int(text) for text in texts if text.isdigit()]  # "max" is no limit


def hold(most: int) -> None:
    """Has this process get no more than so many bytes; `MemoryError` is what it sees. Files that
    are mapped do not count (RLIMIT_DATA of Linux; other systems hold less).
    """
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def leave_no_core() -> None:
    """Has a death leave no image of this process: it would hold evidence, and fill the disk."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
