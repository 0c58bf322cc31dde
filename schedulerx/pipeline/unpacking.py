"""The members of one container, each in a file of its own for as long as it is processed. Databases
wait for their logs, and lie beside them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from schedulerx.documents.containers.entry import Entry
from schedulerx.documents.integrity.rejections import refused, unreadable
from schedulerx.errors import RejectedInput
from schedulerx.model.member import Beside, Member, MemberKind
from schedulerx.model.record import ReasonCode
from schedulerx.pipeline.databases import LOGS
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


@dataclass(frozen=True)
class _Kept:
    """A whole member on disk, for as long as `files` is open."""

    entry: Entry
    path: Path
    size: int
    files: ExitStack


class Unpacking:
    """A `Receiver`. Every entry ends once, in the order of the container, but databases after
    their logs; links come last.
    """

    def __init__(self, entries: Sequence[Entry], handling: Handling, scratch: Scratch) -> None:
        self._left = {entry.place: entry for entry in entries}
        self._databases = _databases_in(entries)
        self._logs = {log.place for logs in self._databases.values() for log in logs.values()}
        self._kept: dict[int, _Kept] = {}
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
            with self._files.pop_all() as files:
                target.close()
                if fault is None:
                    self._had(_Kept(entry, path, target.size, files.pop_all()))
                else:
                    self._reject(entry, fault)
            self._release()
        except Exception as error:
            raise Through(error) from error

    def finish(self, fault: RejectedInput | None) -> None:
        """What was not handed over: links and devices, and all that came after a fault. A database
        whose log did not come goes without.
        """
        self._files.close()
        lost = fault or unreadable("the member could not be had of its archive")
        for entry in list(self._left.values()):
            special = entry.kind is not MemberKind.FILE
            self._reject(entry, special_member(entry) if special else lost)
        self._left.clear()
        self._release()

    def _had(self, kept: _Kept) -> None:
        """A member that is whole: logs are kept for their database, which waits for them."""
        place = kept.entry.place
        with ExitStack() as ends:
            if place in self._databases or place in self._logs:
                self._kept[place] = kept
            else:
                ends.push(kept.files)
            if place not in self._databases:
                self._process(kept, {})

    def _release(self) -> None:
        """Databases whose logs have all ended."""
        for place, logs in list(self._databases.items()):
            if place in self._left or any(log.place in self._left for log in logs.values()):
                continue
            del self._databases[place]
            database = self._kept.pop(place, None)
            beside = {suffix: self._kept.pop(log.place, None) for suffix, log in logs.items()}
            there = {suffix: kept for suffix, kept in beside.items() if kept is not None}
            with ExitStack() as ends:
                for kept in (*there.values(), *filter(None, (database,))):
                    ends.push(kept.files)
                if database is not None:
                    self._process(database, there)

    def _process(self, kept: _Kept, beside: dict[str, _Kept]) -> None:
        member = self._handling.name(kept.entry, kept.size)
        logs = tuple(Beside(suffix=suffix, bytes=log.size) for suffix, log in beside.items())
        complete = replace(member, beside=logs) if logs else member
        with ExitStack() as links:
            for suffix, log in beside.items():
                link = kept.path.with_name(kept.path.name + suffix)
                os.link(log.path, link)
                links.callback(link.unlink)
            self._handling.ended(self._handling.within(complete, kept.path))

    def _reject(self, entry: Entry, fault: RejectedInput) -> None:
        member = self._handling.name(entry, entry.bytes)
        self._handling.ended(self._handling.reject(member, fault))


def _databases_in(entries: Sequence[Entry]) -> dict[int, dict[str, Entry]]:
    """By the place of a database, the logs that lie beside it, by suffix."""
    files = {entry.name: entry for entry in entries if entry.kind is MemberKind.FILE}
    found: dict[int, dict[str, Entry]] = {}
    for log in files.values():
        for suffix in LOGS:
            database = files.get(log.name.removesuffix(suffix.encode()))
            if database is not None and database is not log:
                found.setdefault(database.place, {})[suffix] = log
    return found


def special_member(entry: Entry) -> RejectedInput:
    """Links and devices are never followed nor made."""
    return RejectedInput(ReasonCode.SPECIAL, f"the member is a {entry.kind}; it was not unpacked")
