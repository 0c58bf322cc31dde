"""The phases of the library in their order, as data, and the interpreter of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from schedulerx.library import (
    compression,
    deduplication,
    download,
    file_preparation,
    sorting,
    upload,
    verification,
)
from schedulerx.library.settings import LibrarySettings
from schedulerx.library.work import SHELVES, LibraryWork, Tally
from schedulerx.model.library import Phase, PhaseTotals


@dataclass(frozen=True)
class Step:
    """One phase: what it runs, and whether the settings want it."""

    phase: Phase
    run: Callable[[LibraryWork, Tally], None]
    is_on: Callable[[LibrarySettings], bool] = lambda _: True


PHASES: tuple[Step, ...] = (
    Step(Phase.DOWNLOAD, download.run),
    Step(Phase.DEDUPLICATION, deduplication.run, lambda on: on.deduplication),
    Step(Phase.COMPRESSION, compression.run, lambda on: on.compression),
    Step(Phase.FILE_PREPARATION, file_preparation.run),
    Step(Phase.UPLOAD, upload.run),
    Step(Phase.SORTING, sorting.run, lambda on: on.sorting),
    Step(Phase.VERIFICATION, verification.run, lambda on: on.verification),
)


def run_phases(
    work: LibraryWork, begin: Callable[[Phase], None] = lambda _: None
) -> tuple[list[PhaseTotals], list[Tally]]:
    """Every phase that is on, one after the other. Stopped, it ends between two files."""
    for name in SHELVES:
        work.shelf(name).make()
    totals, tallies = [], []
    for step in PHASES:
        tally = Tally(step.phase)
        if not step.is_on(work.settings):
            totals.append(PhaseTotals(phase=step.phase, is_on=False))
            continue
        begin(step.phase)
        begun = time.perf_counter()
        if not work.stop():
            step.run(work, tally)
        totals.append(_totals(work, step, tally, time.perf_counter() - begun))
        tallies.append(tally)
    if not work.settings.verification and not work.stop():
        verification.settle(work)
    return totals, tallies


def _totals(work: LibraryWork, step: Step, tally: Tally, seconds: float) -> PhaseTotals:
    if step.phase is Phase.UPLOAD and not work.targets:
        return PhaseTotals(phase=step.phase, is_on=False, seconds=round(seconds, 3))
    return tally.totals(round(seconds, 3))
