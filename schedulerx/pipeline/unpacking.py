"""The members of one container, each in a file of its own for as long as it is processed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from schedulerx.documents.containers.entry import Entry
from schedulerx.documents.integrity.rejections import refused, unreadable
from schedulerx.errors import RejectedInput
from schedulerx.model.member import Member, MemberKind
from schedulerx.model.record import ReasonCode
from schedulerx.pipeline.outcome import FileOutcome
from schedulerx.pipeline.scratch import Scratch


class Through(BaseException):
    """Carries an error of ours through a library that would take it for its archive's."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


class MemberFile:
    """A `Target` on disk."""

    def __init__(self, file: BinaryIO, declared: int) -> None:
        self._file = file
        self._declared = declared
        self.size = 0

    def write(self, data: bytes) -> int:
        """See `Target`."""
        self.size += len(data)
        if self.size > self._declared:
            raise refused(f"a member unpacks to more than the {self._declared:,} bytes it declares")
        try:
            return self._file.write(data)
        except OSError as error:
            raise Through(error) from error

    def restart(self) -> None:
        """See `Target`."""
        self._file.seek(0)
        self._file.truncate()
        self.size = 0

    def close(self) -> None:
        """All bytes are on disk."""
        self._file.close()


@dataclass(frozen=True)
class Handling:
    """What is done with members. `name` makes a member of an entry and its size."""

    name: Callable[[Entry, int], Member]
    within: Callable[[Member, Path], FileOutcome]
    reject: Callable[[Member, RejectedInput], FileOutcome]
    ended: Callable[[FileOutcome], None]


class Unpacking:
    """A `Receiver`. Every entry ends once, in the order of the container; links come last."""

    def __init__(self, entries: Sequence[Entry], handling: Handling, scratch: Scratch) -> None:
        self._left = {entry.place: entry for entry in entries}
        self._handling = handling
        self._scratch = scratch
        self._files = ExitStack()

    def begin(self, entry: Entry) -> MemberFile:
        """See `Receiver`."""
        try:
            path = self._files.enter_context(self._scratch.file())
            target = MemberFile(path.open("wb"), entry.bytes)
        except OSError as error:
            raise Through(error) from error
        self._files.callback(target.close)
        self._current = entry, path, target
        return target

    def end(self, fault: RejectedInput | None = None) -> None:
        """See `Receiver`."""
        entry, path, target = self._current
        del self._left[entry.place]
        try:
            with self._files.pop_all():
                target.close()
                if fault is None:
                    member = self._handling.name(entry, target.size)
                    self._handling.ended(self._handling.within(member, path))
                else:
                    self._reject(entry, fault)
        except Exception as error:
            raise Through(error) from error

    def finish(self, fault: RejectedInput | None) -> None:
        """What was not handed over: links and devices, and all that came after a fault."""
        self._files.close()
        lost = fault or unreadable("the member could not be had of its archive")
        for entry in list(self._left.values()):
            special = entry.kind is not MemberKind.FILE
            self._reject(entry, special_member(entry) if special else lost)
        self._left.clear()

    def _reject(self, entry: Entry, fault: RejectedInput) -> None:
        member = self._handling.name(entry, entry.bytes)
        self._handling.ended(self._handling.reject(member, fault))


def special_member(entry: Entry) -> RejectedInput:
    """Links and devices are never followed nor made."""
    return RejectedInput(ReasonCode.SPECIAL, f"the member is a {entry.kind}; it was not unpacked")
