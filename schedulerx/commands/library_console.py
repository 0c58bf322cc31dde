"""What the operator of a library run sees: progress on stderr, the summary on stdout."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from schedulerx.commands.console import printable
from schedulerx.library.work import Tally
from schedulerx.model.library import (
    LibraryCounts,
    LibraryRun,
    Phase,
    PhaseStatus,
    PhaseTotals,
    Trouble,
)
from schedulerx.report import words
from schedulerx.report.library import library_verdict, success

_SHOWN = 10  # troubles listed in the terminal; the report has all


class LibraryConsole:
    """One run's terminal. Text from files is printed as text, never as markup or control codes."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._errors = Console(stderr=True, highlight=False)
        self._out = Console(highlight=False)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed:,.0f} files"),
            TimeElapsedColumn(),
            console=self._errors,
            transient=True,
            disable=not self._errors.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def begin(self, phase: Phase) -> None:
        """A phase begins."""
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(phase.value, total=None)

    def progress(self, tally: Tally) -> None:
        """So far."""
        if self._task is not None:
            self._progress.update(self._task, completed=tally.files)

    def stopping(self) -> None:
        """The operator asked to stop."""
        self._say("stopping when the files in work are finished; Ctrl-C again stops at once")

    def interrupted(self, command: str) -> None:
        """The run stopped as asked."""
        self._say(f"stopped; nothing is lost. To go on where it stopped: {command}")

    def _say(self, text: str) -> None:
        if not self._quiet:
            self._errors.print(Text(printable(text)), soft_wrap=True)

    def summary(self, run: LibraryRun, page: str) -> None:
        """The end of the run."""
        verdict = library_verdict(run)
        self._out.print(_table(run))
        for trouble in run.troubles[:_SHOWN]:
            self._out.print(_line(trouble), soft_wrap=True)
        if len(run.troubles) > _SHOWN:
            self._out.print(f"  … and {len(run.troubles) - _SHOWN:,} more in the report")
        self._out.print(Text(f"{verdict.headline} {verdict.sentence}"))
        self._out.print(Text(holds(run.counts)))
        self._out.print(Text(f"Report  {page}"), soft_wrap=True)


def holds(counts: LibraryCounts) -> str:
    """What a library holds, in a sentence."""
    parts = [
        words.plural(counts.photos, "photo"),
        words.plural(counts.videos, "video"),
        words.plural(counts.others, "other file"),
    ]
    text = f"The library holds {', '.join(parts)} ({words.size(counts.bytes)}): "
    text += f"{words.plural(counts.copies, 'copy', 'copies')}, {counts.quarantined:,} set apart"
    if counts.ready_bytes:
        text += (
            f"; what goes on is {words.size(counts.ready_bytes)} instead of "
            f"{words.size(counts.original_bytes)}"
        )
    return f"{text}."


def print_status(library: Path, counts: LibraryCounts, last: LibraryRun | None) -> None:
    """What the library holds, and how the last run went."""
    out = Console(highlight=False)
    out.print(Text(holds(counts)))
    if last is None:
        out.print(Text(f"No run over {library} has ended yet."))
        return
    out.print(Text(f"Last run: {words.moment(last.started_at)}, from {printable(last.source)}"))
    out.print(_table(last))
    if counts.failed:
        files = words.plural(counts.failed, "file")
        out.print(Text(f"{files} failed; run again: {printable(last.command)}"), soft_wrap=True)


def _table(run: LibraryRun) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("phase", no_wrap=True)
    for name in ("files", "size", "done", "failed", "apart", "success", "time"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for phase in run.phases:
        table.add_row(*_cells(phase))
    return table


def _cells(phase: PhaseTotals) -> tuple[str, ...]:
    if not phase.is_on:
        return (phase.phase.value, "off")
    return (
        phase.phase.value,
        words.count(phase.files),
        words.size(phase.bytes),
        words.count(phase.done),
        words.count(phase.failed),
        words.count(phase.quarantined),
        success(phase),
        words.duration(phase.seconds),
        phase.note,
    )


def _line(trouble: Trouble) -> Text:
    style = "red" if trouble.status is PhaseStatus.FAILED else "yellow"
    reason = trouble.reason
    if trouble.path not in reason:
        reason = f"{trouble.path}: {trouble.reason_code or trouble.phase}: {reason}"
    return Text("  ").append(printable(reason), style=style)
