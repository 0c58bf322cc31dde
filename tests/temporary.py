"""Where tests write: in memory where the machine has room, and apart from every other session."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 8 * 1024**3  # bytes; two workers leave about two behind until the session ends


def prefer_memory() -> None:
    """Has pytest make its folders in memory, where a database costs a tenth of what it costs on a
    disk. Whoever names a place with PYTEST_DEBUG_TEMPROOT or TMPDIR is obeyed.
    """
    if "TMPDIR" not in os.environ and min(_free(MEMORY), _available()) > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def keep_to(folder: Path) -> None:
    """Has this process and those it starts leave their temporary files in the folder."""
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


def _free(folder: Path) -> int:
    """Bytes that may be written there, if tests may also start programs from there."""
    if not os.access(folder, os.W_OK | os.X_OK) or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return 0
    return shutil.disk_usage(folder).free


def _available() -> int:
    """Bytes of memory that programs can still have, where the machine tells (Linux)."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    sizes = dict(line.split(":", 1) for line in lines)
    return int(sizes["MemAvailable"].split()[0]) * 1024
