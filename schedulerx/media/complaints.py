"""What C libraries print to standard error, where that is the only place they tell of damage."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_STANDARD_ERROR = 2
_MAX_BYTES = 4096


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Catches lines printed to standard error; the list is filled when the context ends.

    Redirects the descriptor of the whole process: for worker processes, which do one thing at a
    time, and for no longer than one decode.
    """
    told: list[str] = []
    sys.stderr.flush()
    kept = os.dup(_STANDARD_ERROR)
    try:
        with tempfile.TemporaryFile() as caught:
            os.dup2(caught.fileno(), _STANDARD_ERROR)
            try:
                yield told
            finally:
                os.dup2(kept, _STANDARD_ERROR)
                caught.seek(0)
                told += caught.read(_MAX_BYTES).decode("utf-8", "replace").splitlines()
    finally:
        os.close(kept)
