"""What the operator of a folder run sees: progress on stderr, the summary on stdout."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from schedulerx.model.record import Status
from schedulerx.model.run import Certificate, Problem, Run
from schedulerx.pipeline.outcome import FileOutcome

_SHOWN = 10  # problems listed in the terminal; the report has all


def asked_secret(field: str) -> str:
    """A secret that is asked for unseen, or a line of standard input where nobody sits there."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{field}: ")
    return sys.stdin.readline().rstrip("\n")


class RunConsole:
    """One run's terminal. Text from files is printed as text, never as markup or control codes."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._errors = Console(stderr=True, highlight=False)
        self._out = Console(highlight=False)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._errors,
            transient=True,
            disable=not self._errors.is_terminal,
        )
        self._files: TaskID | None = None
        self._failures = 0

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

    def planned(self, run: Run) -> None:
        """What is to be done."""
        todo = run.inputs.count - run.skipped.count
        self._say(
            f"{run.inputs.count:,} inputs in {nearby(run.source)}: {todo:,} to process"
            + (f", {run.skipped.count:,} complete from before" if run.skipped.count else "")
            + (", and what lies in archives" if todo else "")
        )
        self._files = self._progress.add_task("files", total=todo, rate="")

    def note(self, words: str | None) -> None:
        """Something the operator may want to know."""
        if words:
            self._say(words)

    def outcome(self, outcome: FileOutcome) -> None:
        """One more file."""
        if self._files is None:
            return
        task = next(task for task in self._progress.tasks if task.id == self._files)
        rate = f"{task.speed:.1f} files/s" if task.speed else ""
        found = 0 if outcome.member.container is None else 1  # in a file: not among those listed
        self._progress.update(self._files, advance=1, total=(task.total or 0) + found, rate=rate)
        if outcome.status is Status.FAILED:
            self._failed(outcome)

    def _failed(self, outcome: FileOutcome) -> None:
        """Failures are told as they come, until there are too many to read."""
        self._failures += 1
        if self._failures <= _SHOWN:
            self._say(f"failed: {outcome.member.path}: {outcome.reason}", style="red")
        elif self._failures == _SHOWN + 1:
            self._say("more failed; the report lists them all", style="red")

    def stage(self, name: str) -> None:
        """A RUN step begins."""
        if self._files is not None:
            self._progress.update(self._files, description=name)

    def stopping(self) -> None:
        """The operator asked to stop."""
        self._say("stopping when the files in work are finished; Ctrl-C again stops at once")

    def interrupted(self, command: str) -> None:
        """The run stopped as asked."""
        self._say(f"stopped; nothing is lost. To go on where it stopped: {command}")

    def unbalanced(self, words: str) -> None:
        """The certificate does not balance."""
        self._say(f"error: {words}", style="bold red")

    def summary(self, certificate: Certificate, report: str, location: str) -> None:
        """The end of the run."""
        self._out.print(_tallies(certificate))
        self._problems(certificate)
        if certificate.members.count:
            held = f"{certificate.members.count:,} of the inputs lie in archives and mails"
            self._out.print(held)
        if not certificate.inputs.count:
            self._out.print("No file was an input of this run.")
        elif certificate.inputs == certificate.skipped:
            self._out.print("Nothing to do: every input is complete from an earlier run.")
        verdict = "balanced" if certificate.balanced else "NOT BALANCED"
        self._out.print(
            Text(f"Run {certificate.run_id} is {verdict} after {certificate.seconds:.1f} s")
        )
        self._out.print(Text(f"Report       {nearby(report)}"), soft_wrap=True)
        self._out.print(Text(f"Certificate  {nearby(location)}"), soft_wrap=True)

    def go_on(self, commands: tuple[str, ...]) -> None:
        """What one may type next."""
        self._out.print("Go on with")
        for command in commands:
            self._out.print(Text(f"  {command}"), soft_wrap=True)

    def _problems(self, certificate: Certificate) -> None:
        for problem in certificate.problems[:_SHOWN]:
            print_line(self._out, _line(problem), indent=2)
        more = len(certificate.problems) - _SHOWN
        if more > 0:
            self._out.print(f"  … and {more} more in the report")

    def _say(self, words: str, style: str = "") -> None:
        if not self._quiet or style:
            print_line(self._errors, Text(printable(words), style=style))


def print_line(console: Console, line: Text, indent: int = 0) -> None:
    """A line that a window breaks between words, and a file keeps whole for `grep`."""
    if console.is_terminal:
        console.print(Padding.indent(line, indent))
    else:
        console.print(Text(" " * indent).append_text(line), soft_wrap=True)


def printable(words: str) -> str:
    """Text with control and direction characters made visible, so that a name cannot steer the
    terminal.
    """
    return "".join(
        char if char.isprintable() or char == " " else f"\\u{ord(char):04x}" for char in words
    )


def _line(problem: Problem) -> Text:
    style = "red" if problem.status == Status.FAILED else "yellow"
    words = f"{problem.reason_code or problem.status}: {problem.reason}"
    if problem.path not in problem.reason:
        words = f"{problem.path}: {words}"
    return Text(printable(words), style=style)


def _tallies(certificate: Certificate) -> Text:
    ends = ("done", "skipped", "failed", "quarantined")
    terms = (f"{getattr(certificate, end).count:,} {end}" for end in ends)
    return Text(f"{certificate.inputs.count:,} inputs = {' + '.join(terms)}", style="bold")


def nearby(location: str) -> str:
    """A place as seen from here, where it lies beneath: short enough to read and to copy."""
    path = Path(location)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else location
