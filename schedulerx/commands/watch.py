"""Following an execution to its certificate."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from schedulerx.commands.console import RunConsole
from schedulerx.compose.deployment import Deployment
from schedulerx.errors import ArtifactNotFound, ExitCode, RetryableError
from schedulerx.model import keys
from schedulerx.model.run import Certificate
from schedulerx.stores import executions
from schedulerx.stores.executions import SUCCEEDED, Executions

_EVERY_S = 2.0
_PATIENCE = 60  # questions in a row without an answer


@dataclass(frozen=True, kw_only=True)
class Watched:
    """How an execution ended; the certificate, where there is one, and where it lies."""

    status: str
    error: str = ""
    certificate: Certificate | None = None
    certificate_at: str = ""
    report_at: str = ""

    @property
    def exit_code(self) -> ExitCode:
        """0 only for an execution that succeeded with a balanced certificate and no failure."""
        if self.certificate is None:
            return ExitCode.FAILURES
        if not self.certificate.balanced:
            return ExitCode.UNBALANCED
        ended_well = self.status == SUCCEEDED and self.certificate.failed.count == 0
        return ExitCode.BALANCED if ended_well else ExitCode.FAILURES


def watch(
    deployment: Deployment,
    run_id: str,
    *,
    quiet: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> Watched:
    """Follows the run to its end and prints its certificate.

    Raises:
        RetryableError: AWS did not answer for minutes.
        KeyboardInterrupt: the operator stopped following.
    """
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    ended = follow(deployment.executions, run_id, console, pause)
    certificate = _certificate(deployment, run_id)
    if ended.error:
        console.print(f"error: the execution ended {ended.status}: {ended.error}", style="red")
    if certificate is None:
        console.print(f"Run {run_id} ended {ended.status} without a certificate.", style="red")
        return Watched(status=ended.status, error=ended.error)
    watched = Watched(
        status=ended.status,
        error=ended.error,
        certificate=certificate,
        certificate_at=deployment.reports.location(keys.certificate_key(run_id)),
        report_at=deployment.reports.location(keys.report_key(run_id)),
    )
    if not quiet:
        RunConsole(quiet=quiet).summary(certificate, watched.report_at, watched.certificate_at)
    return watched


def follow(
    source: Executions, run_id: str, console: Console, pause: Callable[[float], None]
) -> executions.Progress:
    """Asks until the execution has ended; a question without an answer is asked again."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("groups{task.fields[failed]}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    unanswered = 0
    with bar:
        task = bar.add_task("starting", total=None, failed="")
        while True:
            try:
                now = source.progress(run_id)
                unanswered = 0
            except RetryableError:
                unanswered += 1
                if unanswered == _PATIENCE:
                    raise
                pause(_EVERY_S)
                continue
            failed = f", {now.groups_failed} failed" if now.groups_failed else ""
            done = now.groups_done + now.groups_failed
            bar.update(task, total=now.groups or None, completed=done, failed=failed)
            bar.update(task, description=now.state or now.status.lower())
            if now.ended:
                return now
            pause(_EVERY_S)


def _certificate(deployment: Deployment, run_id: str) -> Certificate | None:
    try:
        data = deployment.reports.get(keys.certificate_key(run_id))
    except ArtifactNotFound:
        return None
    return msgspec.json.decode(data, type=Certificate)
