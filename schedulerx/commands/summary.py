"""The one JSON object that a folder run prints at its end, however it ends."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import msgspec

from schedulerx.model.record import Status
from schedulerx.model.run import Certificate, Run
from schedulerx.pipeline.outcome import FileOutcome


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of inputs, and where the page and its facts lie: null where a run was stopped."""

    run_id: str
    inputs: int
    done: int
    skipped: int
    failed: int
    quarantined: int
    balanced: bool
    seconds: float
    certificate: str | None
    report: str | None


class SoFar:
    """How the files of a run ended until now: a listener to their outcomes."""

    def __init__(self, run: Run) -> None:
        self._run = run
        skipped = run.skipped.count + run.skipped_members.count
        self._ended: Counter[Status] = Counter({Status.SKIPPED: skipped})
        self._within = run.skipped_members.count

    def __call__(self, outcome: FileOutcome) -> None:
        """One more file."""
        self._ended[outcome.status] += 1
        self._within += outcome.member.container is not None

    def summary(self) -> Summary:
        """Of a run that was stopped: nothing vouches for its sums."""
        begun = datetime.fromisoformat(self._run.started_at)
        return Summary(
            run_id=self._run.run_id,
            inputs=self._run.inputs.count + self._within,
            done=self._ended[Status.DONE],
            skipped=self._ended[Status.SKIPPED],
            failed=self._ended[Status.FAILED],
            quarantined=self._ended[Status.QUARANTINED],
            balanced=False,
            seconds=round((datetime.now(UTC) - begun).total_seconds(), 3),
            certificate=None,
            report=None,
        )


def summary_of(certificate: Certificate, certificate_at: str, report_at: str) -> Summary:
    """Of a run that has its certificate."""
    return Summary(
        run_id=certificate.run_id,
        inputs=certificate.inputs.count,
        done=certificate.done.count,
        skipped=certificate.skipped.count,
        failed=certificate.failed.count,
        quarantined=certificate.quarantined.count,
        balanced=certificate.balanced,
        seconds=certificate.seconds,
        certificate=certificate_at,
        report=report_at,
    )
