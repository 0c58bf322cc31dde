"""One file through the FILE steps, starting from what an older record already holds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from schedulerx.errors import ArtifactNotFound, RejectedInput, RetryableError
from schedulerx.model import keys
from schedulerx.model.identity import hash_file
from schedulerx.model.member import Member, MemberKind
from schedulerx.model.ports import ArtifactStore, Source
from schedulerx.model.record import (
    Origin,
    ReasonCode,
    Record,
    Status,
    StepEntry,
    StepStatus,
    decode_record,
    encode_record,
)
from schedulerx.model.run import Run
from schedulerx.model.work import FileWork
from schedulerx.pipeline.artifacts import fingerprint, satisfying, step_fingerprint
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.pool import resolve
from schedulerx.pipeline.step import Scope, Step
from schedulerx.settings import ProcessingSettings

_SPECIAL = {
    MemberKind.LINK: "is a symbolic link; links are never followed",
    MemberKind.DEVICE: "is a device; devices are never opened",
    MemberKind.SOCKET: "is a socket; sockets are never opened",
    MemberKind.FIFO: "is a named pipe; pipes are never opened",
    MemberKind.UNLISTABLE: "is a folder that could not be listed; check its permissions",
}
# In place of an ETag where the bytes could not be read.
_UNREAD = "unread"


class StepTiming(msgspec.Struct, frozen=True, kw_only=True):
    """How a step went for one file, for the totals."""

    name: str
    status: StepStatus
    seconds: float
    reused: bool = False


class FileOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker tells of one member. Its record is published by then."""

    member: Member
    status: Status  # SKIPPED: it was complete before
    object_id: str = ""
    fingerprint: str = ""  # of the record; empty where none could be written
    etag: str | None = None  # None: it was not read
    reason_code: ReasonCode | None = None
    reason: str | None = None
    events: int = 0
    steps: tuple[StepTiming, ...] = ()


@dataclass(frozen=True)
class Task:
    """What is asked of every file: these FILE steps, under these settings."""

    steps: tuple[str, ...]
    settings: ProcessingSettings
    overwrite_existing: bool = False

    @property
    def file_steps(self) -> tuple[Step, ...]:
        """The FILE steps asked for, in order."""
        return tuple(step for step in steps_of(Scope.FILE) if step.name in self.steps)

    @cached_property
    def fingerprint(self) -> str:
        """Of the FILE steps asked for."""
        return fingerprint(self.steps, self.settings)

    @cached_property
    def satisfying(self) -> frozenset[str]:
        """Of every set of FILE steps that holds those asked for."""
        return satisfying(self.steps, self.settings)


def task_of(run: Run) -> Task:
    """What a run asks of every file."""
    return Task(run.steps, run.settings, run.overwrite_existing)


@dataclass(frozen=True)
class FileProcessor:
    """Processes one member after the other; a worker process holds one."""

    task: Task
    source: Source
    artifacts: ArtifactStore

    def __call__(self, member: Member) -> FileOutcome:
        """The member through the steps. One bad file is an outcome, never an exception."""
        try:
            _must_be_a_file(member)
            with self.source.local_file(member) as path:
                return self._process(member, path)
        except RejectedInput as error:
            return self.rejected(member, error)
        except (RetryableError, OSError) as error:
            return self.failed(member, _sentence(error))

    def failed(self, member: Member, reason: str) -> FileOutcome:
        """The outcome of a file nothing could be read of, or nothing be written for."""
        record = msgspec.structs.replace(
            self._blank(member, member.etag or _UNREAD), status=Status.FAILED, reason=reason
        )
        try:
            written = self._publish(record, ())
        except (RetryableError, OSError):  # the reason is told all the same, by the outcome
            written = ""
        return self._outcome(member, record, written, None, ())

    def rejected(self, member: Member, error: RejectedInput) -> FileOutcome:
        """The outcome of a file that is not to be opened, or was given up."""
        record = quarantined(self._blank(member, member.etag or _UNREAD), error)
        return self._outcome(member, record, self._publish(record, ()), None, ())

    def _process(self, member: Member, path: Path) -> FileOutcome:
        sha256, read_etag = hash_file(path)
        etag = member.etag or read_etag
        object_id = member.object_id(self.task.settings.source, etag)
        prior, found = self._prior(object_id, member.prior)
        if prior is not None and found in self.task.satisfying:
            return self._complete(member, prior, found, etag)
        record = prior or msgspec.structs.replace(self._blank(member, etag), sha256=sha256)
        record, timings = self._steps(member, path, _reopened(record, self.task.settings))
        written = self._publish(record, (found,) if found else ())
        return self._outcome(member, record, written, etag, timings)

    def _blank(self, member: Member, etag: str) -> Record:
        settings = self.task.settings
        return Record(
            object_id=member.object_id(settings.source, etag),
            origin=Origin(
                path=member.path,
                raw_path=member.raw,
                bytes=member.bytes,
                etag=etag,
                source=settings.source,
            ),
        )

    def _prior(self, object_id: str, known: str | None) -> tuple[Record | None, str]:
        """An older record and its fingerprint. Its names are guessed, never listed: a GET costs
        a twelfth of a LIST.
        """
        if self.task.overwrite_existing:
            return None, ""
        validated = fingerprint(("validate",), self.task.settings)
        for name in dict.fromkeys((self.task.fingerprint, known, keys.FAILED, validated)):
            if name is not None:
                try:
                    return decode_record(self.artifacts.get(keys.record_key(object_id, name))), name
                except (ArtifactNotFound, msgspec.DecodeError):
                    continue
        return None, ""

    def _steps(
        self, member: Member, path: Path, record: Record
    ) -> tuple[Record, tuple[StepTiming, ...]]:
        timings: list[StepTiming] = []
        failed: set[str] = set()
        for step in self.task.file_steps:
            mark = step_fingerprint(step.name, self.task.settings)
            if _is_closed(record) and not _reusable(record.steps.get(step.name), mark):
                break
            if failed.isdisjoint(step.needs):
                record, timing = self._step(step, mark, member, path, record)
                timings.append(timing)
                if timing.status is StepStatus.FAILED:
                    failed.add(step.name)
        return record, tuple(timings)

    def _step(
        self, step: Step, mark: str, member: Member, path: Path, record: Record
    ) -> tuple[Record, StepTiming]:
        if _reusable(record.steps.get(step.name), mark):
            status = record.steps[step.name].status
            return record, StepTiming(name=step.name, status=status, seconds=0.0, reused=True)
        work = FileWork(member, path, self.artifacts, self.task.settings, mark)
        begun = time.perf_counter()
        richer, status, error = _run(step, work, record)
        seconds = round(time.perf_counter() - begun, 6)
        entry = StepEntry(fingerprint=mark, status=status, seconds=seconds, error=error)
        richer = msgspec.structs.replace(richer, steps={**richer.steps, step.name: entry})
        return richer, StepTiming(name=step.name, status=status, seconds=seconds)

    def _publish(self, record: Record, replaced: tuple[str, ...]) -> str:
        """Writes the record under what it holds, then removes the ones it replaces."""
        name = self._name(record)
        self.artifacts.put(keys.record_key(record.object_id, name), encode_record(record))
        for old in {*replaced, keys.FAILED} - {name}:
            self.artifacts.delete(keys.record_key(record.object_id, old))
        return name

    def _name(self, record: Record) -> str:
        if record.status is Status.FAILED:
            return keys.FAILED
        held = {
            step.name
            for step in steps_of(Scope.FILE)
            if _reusable(
                record.steps.get(step.name), step_fingerprint(step.name, self.task.settings)
            )
        }
        # A quarantined file is complete for every step asked for: there is nothing more to do.
        return fingerprint(held | set(self.task.steps), self.task.settings)

    def _complete(self, member: Member, record: Record, found: str, etag: str) -> FileOutcome:
        outcome = self._outcome(member, record, found, etag, ())
        # Planned without an ETag, it was not known to be complete; with one, its upload is due.
        if member.etag is None:
            return msgspec.structs.replace(outcome, status=Status.SKIPPED)
        return outcome

    def _outcome(
        self,
        member: Member,
        record: Record,
        written: str,
        etag: str | None,
        timings: tuple[StepTiming, ...],
    ) -> FileOutcome:
        return FileOutcome(
            member=member,
            status=record.status,
            object_id=record.object_id if written else "",
            fingerprint=written,
            etag=etag,
            reason_code=record.reason_code,
            reason=record.reason,
            events=record.event_count,
            steps=timings,
        )


def _must_be_a_file(member: Member) -> None:
    if member.kind is not MemberKind.FILE:
        raise RejectedInput(ReasonCode.SPECIAL, f"{member.path} {_SPECIAL[member.kind]}")


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
    # A defect met in one file must cost that file alone, and be told with it.
    except Exception as error:  # noqa: BLE001
        reason = f"{step.name}: {_sentence(error)}"
        if record.status is Status.QUARANTINED:  # damaged: what cannot be salvaged is no failure
            return record, StepStatus.FAILED, reason
        failed = msgspec.structs.replace(record, status=Status.FAILED, reason=reason)
        return failed, StepStatus.FAILED, reason
    if richer.reason_code is not None and record.reason_code is None:
        return richer, StepStatus.REJECTED, richer.reason
    done = StepStatus.NOT_APPLICABLE if richer is record else StepStatus.DONE
    return richer, done, None


def _sentence(error: Exception) -> str:
    text = str(error) or "no further word"
    return text if isinstance(error, RetryableError) else f"{type(error).__name__}: {text}"
