"""A file as it came, and what lies in it, level below level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from schedulerx.documents.containers.budget import Budget
from schedulerx.documents.containers.entry import Container, Entry
from schedulerx.documents.containers.opening import CONTAINERS, most_members, open_container
from schedulerx.errors import RejectedInput
from schedulerx.model.identity import raw_path
from schedulerx.model.member import Member
from schedulerx.model.passwords import Passwords
from schedulerx.model.record import ReasonCode, Record, Status
from schedulerx.model.run import Tally
from schedulerx.pipeline.file_steps import quarantined, too_much
from schedulerx.pipeline.outcome import FileOutcome
from schedulerx.pipeline.progress import Progress
from schedulerx.pipeline.scratch import Scratch
from schedulerx.pipeline.unpacking import Handling, Through, Unpacking
from schedulerx.settings import ValidateSettings


def holds_others(record: Record) -> bool:
    """Whether a file is to be opened for what lies in it. Damaged ones give what they can."""
    usable = record.status is Status.DONE or record.reason_code is ReasonCode.DAMAGED
    return usable and record.media_type in CONTAINERS


@dataclass
class Held:
    """What was found in a file, all levels together."""

    tally: Tally = field(default_factory=Tally)
    failed: bool = False
    locked: bool = False

    def add(self, outcome: FileOutcome) -> None:
        """Takes in one member, with what lies in it."""
        member, name = outcome.member, outcome.record_name
        one = Tally.of(raw_path(member.path, member.raw), member.bytes)
        self.tally = self.tally.plus(one).plus(outcome.members or Tally())
        self.failed |= outcome.status is Status.FAILED or name is None or not name.is_complete
        self.locked |= name is not None and name.is_locked


@dataclass(frozen=True)
class Nest:
    """One level: `depth` files were opened to get here. `prior` names the records an earlier run
    left of members; `budget` is that of all levels.
    """

    container: str  # the object id of the file that came
    budget: Budget
    progress: Progress[FileOutcome]
    scratch: Scratch
    prior: str | None = None
    depth: int = 0


@dataclass(frozen=True)
class Opener:
    """Opens files, and has every member processed: by `within`, or by `reject` where it cannot be
    had.
    """

    limits: ValidateSettings
    passwords: Passwords
    within: Callable[[Member, Path, Nest], FileOutcome]
    reject: Callable[[Member, RejectedInput], FileOutcome]

    def open(self, member: Member, record: Record, path: Path, nest: Nest, held: Held) -> Record:
        """The record with the verdict on its contents; `held` takes in every member as it ends."""
        try:
            container = self._listed(member, record, path, nest)
        except RejectedInput as error:
            return quarantined(record, error)
        if not container.entries:
            return record
        nest.progress.tell(None)  # the file itself is done with: what fails now is a member
        unpacking = Unpacking(container.entries, self._handling(member, nest, held), nest.scratch)
        fault = None
        try:
            container.unpack(unpacking)
        except RejectedInput as error:
            fault = error
        except (MemoryError, RecursionError) as error:
            fault = too_much(error)
        except Through as through:
            raise through.error from through
        unpacking.finish(fault)
        return record if fault is None else _broken(record, fault)

    def _listed(self, member: Member, record: Record, path: Path, nest: Nest) -> Container:
        kind = record.media_type or ""
        try:
            container = open_container(
                kind, path, member.path, self.limits, self.passwords, record.password_line
            )
        except (MemoryError, RecursionError) as error:
            raise too_much(error) from error
        nest.budget.hold(container, nest.depth + 1, most_members(kind, self.limits))
        return container

    def _handling(self, member: Member, nest: Nest, held: Held) -> Handling:
        below = replace(nest, depth=nest.depth + 1)

        def named(entry: Entry, size: int) -> Member:
            inner = member.within(entry.name, size, nest.container, entry.kind)
            return msgspec.structs.replace(inner, prior=nest.prior)

        def ended(outcome: FileOutcome) -> None:
            held.add(outcome)
            nest.progress.tell(outcome)

        def within(inner: Member, at: Path) -> FileOutcome:
            return self.within(inner, at, below)

        return Handling(named, within, self.reject, ended)


def _broken(record: Record, fault: RejectedInput) -> Record:
    """What came before a break was had; after a lie nothing more is."""
    if fault.code is not ReasonCode.REFUSED:
        fault = RejectedInput(ReasonCode.DAMAGED, fault.reason)
    return quarantined(record, fault)
