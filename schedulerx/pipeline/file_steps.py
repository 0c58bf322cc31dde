"""The FILE steps over one file, starting from what its record already holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from schedulerx.errors import RejectedInput, RetryableError
from schedulerx.model import keys
from schedulerx.model.member import Member
from schedulerx.model.memo import Memo
from schedulerx.model.passwords import NO_PASSWORDS, Passwords
from schedulerx.model.ports import ArtifactStore, TextDetector
from schedulerx.model.record import ReasonCode, Record, Status, StepEntry, StepStatus
from schedulerx.model.work import FileWork, temporary_file
from schedulerx.pipeline.artifacts import fingerprint, step_fingerprint
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.outcome import StepTiming
from schedulerx.pipeline.pool import resolve
from schedulerx.pipeline.step import Scope, Step
from schedulerx.pipeline.task import Task
from schedulerx.settings import ProcessingSettings

_TOO_MUCH = (
    "the file asks for more memory than a worker has; if it is genuine, give workers more (fewer "
    "--processes, a larger task) and run with --overwrite_existing"
)
_TOO_DEEP = "what the file holds is nested deeper than any reader here goes"


@dataclass(frozen=True)
class FileSteps:
    """The steps of one task over one file on local disk."""

    task: Task
    artifacts: ArtifactStore
    member: Member
    path: Path
    passwords: Passwords = NO_PASSWORDS
    textract: Callable[[], TextDetector] | None = None
    spare_file: Callable[[], AbstractContextManager[Path]] = temporary_file
    memo: Memo = field(default_factory=Memo)

    def run(self, record: Record) -> tuple[Record, tuple[StepTiming, ...]]:
        """The richer record, and how each step went. A verdict stands only while the step that
        gave it does.
        """
        try:
            return self._through(_reopened(record, self.task.settings))
        finally:
            self.memo.clear()

    def _through(self, record: Record) -> tuple[Record, tuple[StepTiming, ...]]:
        timings: list[StepTiming] = []
        failed: set[str] = set()
        for step in self.task.file_steps:
            mark = step_fingerprint(step.name, self.task.settings)
            if _is_closed(record) and not _reusable(record.steps.get(step.name), mark):
                break
            if failed.isdisjoint(step.needs):
                record, timing = self._step(step, mark, record)
                timings.append(timing)
                if timing.status is StepStatus.FAILED:
                    failed.add(step.name)
        return record, tuple(timings)

    def _step(self, step: Step, mark: str, record: Record) -> tuple[Record, StepTiming]:
        if _reusable(record.steps.get(step.name), mark):
            status = record.steps[step.name].status
            return record, StepTiming(name=step.name, status=status, seconds=0.0, reused=True)
        work = FileWork(
            member=self.member,
            path=self.path,
            artifacts=self.artifacts,
            settings=self.task.settings,
            fingerprint=mark,
            passwords=self.passwords,
            textract=self.textract,
            spare_file=self.spare_file,
            memo=self.memo,
        )
        begun = time.perf_counter()
        richer, status, error = _run(step, work, record)
        seconds = round(time.perf_counter() - begun, 6)
        entry = StepEntry(fingerprint=mark, status=status, seconds=seconds, error=error)
        richer = msgspec.structs.replace(richer, steps={**richer.steps, step.name: entry})
        return richer, StepTiming(name=step.name, status=status, seconds=seconds)


def record_name(task: Task, record: Record) -> str:
    """The fingerprint a record is published under: of all it holds, not only what was asked."""
    if record.status is Status.FAILED:
        return keys.FAILED
    held = {
        step.name
        for step in steps_of(Scope.FILE)
        if _reusable(record.steps.get(step.name), step_fingerprint(step.name, task.settings))
    }
    # A quarantined file is complete for every step asked for: there is nothing more to do.
    return fingerprint(held | set(task.steps), task.settings)


def quarantined(record: Record, error: RejectedInput) -> Record:
    """The record of a file that is its own fault."""
    return msgspec.structs.replace(
        record, status=Status.QUARANTINED, reason_code=error.code, reason=error.reason
    )


def _is_closed(record: Record) -> bool:
    """Whether a verdict ends the work. What is damaged is read as far as it can be."""
    return record.status is Status.QUARANTINED and record.reason_code is not ReasonCode.DAMAGED


def _reusable(entry: StepEntry | None, mark: str) -> bool:
    return entry is not None and entry.fingerprint == mark and entry.status is not StepStatus.FAILED


def _reopened(record: Record, settings: ProcessingSettings) -> Record:
    """A record to go on from: a verdict stands only while the step that gave it does."""
    stands = any(
        entry.status is StepStatus.REJECTED and _reusable(entry, step_fingerprint(name, settings))
        for name, entry in record.steps.items()
    )
    if stands:
        return record
    return msgspec.structs.replace(record, status=Status.DONE, reason_code=None, reason=None)


def _run(step: Step, work: FileWork, record: Record) -> tuple[Record, StepStatus, str | None]:
    try:
        richer: Record = resolve(step.target)(work, record)
    except RejectedInput as error:
        return quarantined(record, error), StepStatus.REJECTED, error.reason
    except (MemoryError, RecursionError) as error:
        refusal = too_much(error)
        return quarantined(record, refusal), StepStatus.REJECTED, refusal.reason
    # A defect met in one file must cost that file alone, and be told with it.
    except Exception as error:  # noqa: BLE001
        reason = f"{step.name}: {sentence(error)}"
        if record.status is Status.QUARANTINED:  # damaged: what cannot be salvaged is no failure
            return record, StepStatus.FAILED, reason
        failed = msgspec.structs.replace(record, status=Status.FAILED, reason=reason)
        return failed, StepStatus.FAILED, reason
    if richer.reason_code is not None and record.reason_code is None:
        return richer, StepStatus.REJECTED, richer.reason
    done = StepStatus.NOT_APPLICABLE if richer is record else StepStatus.DONE
    return richer, done, None


def too_much(error: MemoryError | RecursionError) -> RejectedInput:
    """The refusal of a file that no reader here can hold."""
    words = _TOO_MUCH if isinstance(error, MemoryError) else _TOO_DEEP
    return RejectedInput(ReasonCode.REFUSED, words)


def sentence(error: Exception) -> str:
    """What an error says, with its type where it is not one of ours."""
    text = str(error) or "no further word"
    return text if isinstance(error, RetryableError) else f"{type(error).__name__}: {text}"
