"""A file's bytes, mapped and not read: memory stays bounded whatever the size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path


@contextmanager
def mapped(path: Path) -> Iterator[mmap]:
    """The bytes of a file that is not empty."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        yield data
