"""One file through the FILE steps, starting from what an older record already holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from schedulerx.documents.containers.budget import Budget
from schedulerx.errors import RejectedInput, RetryableError
from schedulerx.model import keys
from schedulerx.model.identity import hash_file
from schedulerx.model.member import Member, MemberKind
from schedulerx.model.passwords import NO_PASSWORDS, Passwords
from schedulerx.model.ports import ArtifactStore, Source, TextDetector
from schedulerx.model.record import (
    Origin,
    ReasonCode,
    Record,
    Status,
    StepStatus,
)
from schedulerx.model.record_name import RecordName
from schedulerx.model.run import Tally
from schedulerx.model.work import temporary_file
from schedulerx.pipeline.file_steps import FileSteps, quarantined, sentence
from schedulerx.pipeline.nest import Held, Nest, Opener, holds_others
from schedulerx.pipeline.outcome import FileOutcome, StepTiming
from schedulerx.pipeline.pool import TRIES
from schedulerx.pipeline.progress import Progress
from schedulerx.pipeline.record_shelf import RecordShelf
from schedulerx.pipeline.scratch import Scratch
from schedulerx.pipeline.task import Task

_SPECIAL = {
    MemberKind.LINK: "is a symbolic link; links are never followed",
    MemberKind.DEVICE: "is a device; devices are never opened",
    MemberKind.SOCKET: "is a socket; sockets are never opened",
    MemberKind.FIFO: "is a named pipe; pipes are never opened",
}
# In place of an ETag where the bytes could not be read.
_UNREAD = "unread"


@dataclass(frozen=True)
class FileProcessor:
    """Processes one member after the other; a worker process holds one. Without `scratch` files
    are not opened for what lies in them.
    """

    task: Task
    source: Source
    artifacts: ArtifactStore
    passwords: Passwords = NO_PASSWORDS
    scratch: Callable[[], Scratch] | None = None
    textract: Callable[[], TextDetector] | None = None

    @cached_property
    def _records(self) -> RecordShelf:
        return RecordShelf(self.task, self.artifacts)

    def __call__(
        self, member: Member, progress: Progress[FileOutcome] | None = None
    ) -> FileOutcome:
        """The member through the steps; `progress` is told of what lies in it. One bad file is an
        outcome, never an exception.
        """
        if member.kind is MemberKind.UNLISTABLE:
            # No record: once it can be listed, there is no such input any more.
            reason = (
                f"the folder {member.path} could not be listed; mend its permissions, run again"
            )
            return FileOutcome(member=member, status=Status.FAILED, reason=reason)
        try:
            self._must_be_wanted(member)
            with self.source.local_file(member) as path:
                return self._process(member, path, progress or Progress(), None)
        except RejectedInput as error:
            return self.rejected(member, error)
        except (RetryableError, OSError) as error:
            return self.failed(member, sentence(error))

    def within(self, member: Member, path: Path, nest: Nest) -> FileOutcome:
        """What lies in a file, unpacked to `path`, through the same steps."""
        loss = nest.progress.loss()
        try:
            if loss is not None:
                return self._lost(member, path, loss.reason, overran=loss.overran)
            self._must_be_wanted(member)
            return self._process(member, path, nest.progress, nest)
        except RejectedInput as error:
            return self.rejected(member, error)
        except (RetryableError, OSError) as error:
            return self.failed(member, sentence(error))

    def _must_be_wanted(self, member: Member) -> None:
        _must_be_a_file(member)
        _must_fit(member, self.task.settings.validate.max_bytes)

    def failed(self, member: Member, reason: str) -> FileOutcome:
        """The outcome of a file nothing could be read of, or nothing be written for."""
        return self._failed(self._blank(member, member.etag or _UNREAD), member, reason)

    def rejected(self, member: Member, error: RejectedInput) -> FileOutcome:
        """The outcome of a file that is not to be opened."""
        record = quarantined(self._blank(member, member.etag or _UNREAD), error)
        return self._outcome(member, record, self._records.publish(record), None, ())

    def lost(self, member: Member, reason: str, *, overran: bool) -> FileOutcome:
        """The outcome of a file that took too long, or cost its workers their lives. It is hashed
        here, so that it is known again: reading its bytes is safe, what they mean was not.
        """
        try:
            with self.source.local_file(member) as path:
                return self._lost(member, path, reason, overran=overran)
        except (RejectedInput, RetryableError, OSError) as error:
            return self.failed(member, sentence(error))

    def _lost(self, member: Member, path: Path, reason: str, *, overran: bool) -> FileOutcome:
        begin = "was given up" if overran else f"was tried {TRIES} times"
        sha256, etag = hash_file(path)
        known = msgspec.structs.replace(member, etag=member.etag or etag)
        blank = msgspec.structs.replace(self._blank(known, known.etag or etag), sha256=sha256)
        told = f"{member.path} {begin}: {reason}"
        if not overran:
            return self._failed(blank, known, told)
        record = quarantined(blank, RejectedInput(ReasonCode.REFUSED, told))
        return self._outcome(member, record, self._records.publish(record), known.etag, ())

    def _failed(
        self, blank: Record, member: Member, reason: str, held: Tally | None = None
    ) -> FileOutcome:
        record = msgspec.structs.replace(blank, status=Status.FAILED, reason=reason)
        try:
            written = self._records.publish(record)
        except (RetryableError, OSError):  # the reason is told all the same, by the outcome
            written = ""
        return self._outcome(member, record, written, None, (), held)

    def _process(
        self, member: Member, path: Path, progress: Progress[FileOutcome], nest: Nest | None
    ) -> FileOutcome:
        sha256, read_etag = hash_file(path)
        etag = member.etag or read_etag
        planned, member = member, _with_hashed_logs(member, path)
        object_id = member.object_id(self.task.settings.source, etag)
        if self.task.on_arrival and any(self.artifacts.keys(keys.record_prefix(object_id))):
            blank = self._blank(member, etag)
            outcome = self._outcome(member, blank, "", etag, ())
            return msgspec.structs.replace(outcome, status=Status.SKIPPED)
        prior, found = self._records.prior(object_id, member, path)
        blank = msgspec.structs.replace(self._blank(member, etag), sha256=sha256)
        is_complete = _is_complete(prior, found, blank, self.task.satisfying)
        record = prior or blank
        timings: tuple[StepTiming, ...] = ()
        if not is_complete:
            begun = blank if prior is None else self._begun(prior, blank)
            record, timings = self._steps(member, path).run(begun)
        held = Held()
        try:
            record = self._opened(member, record, path, progress, nest, held, found)
        except (RetryableError, OSError) as error:
            return self._failed(record, member, sentence(error), held.tally)
        if is_complete and found == self._records.renamed(found, held):
            return self._complete(planned, record, found, etag, held.tally)
        record = msgspec.structs.replace(record, members=held.tally.count)
        written = self._records.publish(record, (found,) if found else (), held)
        return self._outcome(planned, record, written, etag, timings, held.tally)

    def _steps(self, member: Member, path: Path) -> FileSteps:
        return FileSteps(
            self.task, self.artifacts, member, path, self.passwords, self.textract, self._spare_file
        )

    def _spare_file(self) -> AbstractContextManager[Path]:
        return temporary_file() if self.scratch is None else self.scratch().file()

    def _begun(self, prior: Record, blank: Record) -> Record:
        """An older record to go on from: it lies where it lies now, and with passwords its lock is
        tried again.
        """
        steps = prior.steps
        if prior.reason_code is ReasonCode.LOCKED and self.passwords:
            steps = {
                name: entry
                for name, entry in steps.items()
                if entry.status is not StepStatus.REJECTED
            }
        return msgspec.structs.replace(prior, origin=blank.origin, steps=steps)

    def _opened(
        self,
        member: Member,
        record: Record,
        path: Path,
        progress: Progress[FileOutcome],
        nest: Nest | None,
        held: Held,
        found: str,
    ) -> Record:
        """The record with the verdict on what lies in the file, where it is to be opened."""
        if self.scratch is None or self.task.on_arrival or not holds_others(record):
            return record
        limits = self.task.settings.validate
        if nest is None:
            budget = Budget(limits, member.bytes)
            nest = Nest(record.object_id, budget, progress, self.scratch(), _earlier(found))
        opener = Opener(limits, self.passwords, self.within, self.rejected)
        return opener.open(member, record, path, nest, held)

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
                container=member.container,
            ),
        )

    def _complete(
        self, member: Member, record: Record, found: str, etag: str, held: Tally
    ) -> FileOutcome:
        outcome = self._outcome(member, record, found, etag, (), held)
        # Planned without an ETag, it was not known to be complete; with one, its upload is due.
        if member.version is None:
            return msgspec.structs.replace(outcome, status=Status.SKIPPED)
        return outcome

    def _outcome(
        self,
        member: Member,
        record: Record,
        written: str,
        etag: str | None,
        timings: tuple[StepTiming, ...],
        held: Tally | None = None,
    ) -> FileOutcome:
        return FileOutcome(
            member=member,
            status=record.status,
            object_id=record.object_id if written else "",
            fingerprint=written,
            members=held if held and held.count else None,
            etag=etag,
            reason_code=record.reason_code,
            reason=record.reason,
            events=record.event_count,
            steps=timings,
        )


def _is_complete(
    prior: Record | None, found: str, blank: Record, satisfying: frozenset[str]
) -> bool:
    """Whether an older record says all that is asked, and of the file where it lies now."""
    if prior is None or RecordName.parse(found).group not in satisfying:
        return False
    return prior.origin.container == blank.origin.container


def _earlier(found: str) -> str | None:
    """The fingerprint of the run that left this record: those of members have it as well."""
    return RecordName.parse(found).fingerprint if found and found != keys.FAILED else None


def _with_hashed_logs(member: Member, path: Path) -> Member:
    """The member with the ETags of all that lies beside it; what is gone completes nothing."""
    if all(each.etag for each in member.beside):
        return member
    logs = ((each, path.with_name(path.name + each.suffix)) for each in member.beside)
    there = tuple(
        msgspec.structs.replace(each, etag=each.etag or hash_file(log)[1])
        for each, log in logs
        if log.is_file()
    )
    return msgspec.structs.replace(member, beside=there)


def _must_be_a_file(member: Member) -> None:
    if member.kind is not MemberKind.FILE:
        raise RejectedInput(ReasonCode.SPECIAL, f"{member.path} {_SPECIAL[member.kind]}")


def _must_fit(member: Member, limit: int) -> None:
    """Refuses by the listed size, before a byte is fetched."""
    if member.bytes > limit:
        raise RejectedInput(
            ReasonCode.REFUSED,
            f"{member.path} has {member.bytes:,} bytes, over the limit of {limit:,}; raise "
            "validate.max_bytes if it is genuine",
        )
