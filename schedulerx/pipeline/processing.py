"""One file through the FILE steps, starting from what an older record already holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from schedulerx.errors import ArtifactNotFound, RejectedInput, RetryableError
from schedulerx.model import keys
from schedulerx.model.identity import hash_file
from schedulerx.model.member import Member, MemberKind
from schedulerx.model.passwords import NO_PASSWORDS, Passwords
from schedulerx.model.ports import ArtifactStore, Source
from schedulerx.model.record import (
    Origin,
    ReasonCode,
    Record,
    Status,
    decode_record,
    encode_record,
)
from schedulerx.pipeline.artifacts import fingerprint
from schedulerx.pipeline.file_steps import FileSteps, quarantined, record_name, sentence
from schedulerx.pipeline.outcome import FileOutcome, StepTiming
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
    """Processes one member after the other; a worker process holds one."""

    task: Task
    source: Source
    artifacts: ArtifactStore
    passwords: Passwords = NO_PASSWORDS

    def __call__(self, member: Member) -> FileOutcome:
        """The member through the steps. One bad file is an outcome, never an exception."""
        if member.kind is MemberKind.UNLISTABLE:
            # No record: once it can be listed, there is no such input any more.
            reason = (
                f"the folder {member.path} could not be listed; mend its permissions, run again"
            )
            return FileOutcome(member=member, status=Status.FAILED, reason=reason)
        try:
            _must_be_a_file(member)
            _must_fit(member, self.task.settings.validate.max_bytes)
            with self.source.local_file(member) as path:
                return self._process(member, path)
        except RejectedInput as error:
            return self.rejected(member, error)
        except (RetryableError, OSError) as error:
            return self.failed(member, sentence(error))

    def failed(self, member: Member, reason: str) -> FileOutcome:
        """The outcome of a file nothing could be read of, or nothing be written for."""
        return self._failed(self._blank(member, member.etag or _UNREAD), member, reason)

    def rejected(self, member: Member, error: RejectedInput) -> FileOutcome:
        """The outcome of a file that is not to be opened."""
        record = quarantined(self._blank(member, member.etag or _UNREAD), error)
        return self._outcome(member, record, self._publish(record, ()), None, ())

    def lost(self, member: Member, reason: str, *, overran: bool) -> FileOutcome:
        """The outcome of a file that took too long, or cost its workers their lives. It is hashed
        here, so that it is known again: reading its bytes is safe, what they mean was not.
        """
        try:
            with self.source.local_file(member) as path:
                sha256, etag = hash_file(path)
        except (RejectedInput, RetryableError, OSError) as error:
            return self.failed(member, sentence(error))
        known = msgspec.structs.replace(member, etag=member.etag or etag)
        blank = msgspec.structs.replace(self._blank(known, known.etag or etag), sha256=sha256)
        if not overran:
            return self._failed(blank, known, reason)
        record = quarantined(blank, RejectedInput(ReasonCode.REFUSED, reason))
        return self._outcome(member, record, self._publish(record, ()), known.etag, ())

    def _failed(self, blank: Record, member: Member, reason: str) -> FileOutcome:
        record = msgspec.structs.replace(blank, status=Status.FAILED, reason=reason)
        try:
            written = self._publish(record, ())
        except (RetryableError, OSError):  # the reason is told all the same, by the outcome
            written = ""
        return self._outcome(member, record, written, None, ())

    def _process(self, member: Member, path: Path) -> FileOutcome:
        sha256, read_etag = hash_file(path)
        etag = member.etag or read_etag
        object_id = member.object_id(self.task.settings.source, etag)
        if self.task.on_arrival and any(self.artifacts.keys(keys.record_prefix(object_id))):
            blank = self._blank(member, etag)
            outcome = self._outcome(member, blank, "", etag, ())
            return msgspec.structs.replace(outcome, status=Status.SKIPPED)
        prior, found = self._prior(object_id, member.prior)
        if prior is not None and found in self.task.satisfying:
            return self._complete(member, prior, found, etag)
        record = prior or msgspec.structs.replace(self._blank(member, etag), sha256=sha256)
        steps = FileSteps(self.task, self.artifacts, member, path, self.passwords)
        record, timings = steps.run(record)
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

    def _publish(self, record: Record, replaced: tuple[str, ...]) -> str:
        """Writes the record under what it holds, then removes the ones it replaces."""
        name = record_name(self.task, record)
        if self.task.on_arrival and name == keys.FAILED:
            return ""  # the run that comes tries it, and tells
        self.artifacts.put(keys.record_key(record.object_id, name), encode_record(record))
        for old in {*replaced, keys.FAILED} - {name}:
            self.artifacts.delete(keys.record_key(record.object_id, old))
        return name

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


def _must_fit(member: Member, limit: int) -> None:
    """Refuses by the listed size, before a byte is fetched."""
    if member.bytes > limit:
        raise RejectedInput(
            ReasonCode.REFUSED,
            f"{member.path} has {member.bytes:,} bytes, over the limit of {limit:,}; raise "
            "validate.max_bytes if it is genuine",
        )
