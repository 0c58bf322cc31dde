"""A library run that kills itself: `killed.py PHASE N ARGUMENTS`, or `killed.py save N ARGUMENTS`.

PHASE 0 is its beginning, PHASE 3 when its third file is done; `save 5` is just before the fifth
write to the ledger, when what it tells of has already happened.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from schedulerx import cli
from schedulerx.commands.library_console import LibraryConsole
from schedulerx.library.work import Tally
from schedulerx.model.library import Phase
from schedulerx.stores.postgres.library import PostgresLedger


def die() -> None:
    """At once, as by a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(moment: str, number: int) -> None:
    """Sets the trap."""
    if moment == "save":
        _arm_saves(number)
        return

    def begin(_console: LibraryConsole, phase: Phase) -> None:
        if phase == moment and number == 0:
            die()

    def progress(_console: LibraryConsole, tally: Tally) -> None:
        if tally.phase == moment and tally.files >= number > 0:
            die()

    LibraryConsole.begin = begin  # type: ignore[method-assign, assignment]  # the trap
    LibraryConsole.progress = progress  # type: ignore[method-assign, assignment]  # the trap


def _arm_saves(number: int) -> None:
    written, save = 0, PostgresLedger.save

    def counted(ledger: PostgresLedger, *arguments: Any, **named: Any) -> None:
        nonlocal written
        written += 1
        if written == number:
            die()
        save(ledger, *arguments, **named)

    PostgresLedger.save = counted  # type: ignore[method-assign, assignment]  # the trap


if __name__ == "__main__":
    arm(sys.argv[1], int(sys.argv[2]))
    sys.exit(cli.main(sys.argv[3:]))
