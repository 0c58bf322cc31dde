"""Every input counted once: those that are complete apart from those to process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import msgspec

from schedulerx.model.identity import raw_path
from schedulerx.model.member import Member
from schedulerx.model.run import Tally
from schedulerx.pipeline.completed import CompletedIndex

_MASK = (1 << 128) - 1


class Census:
    """Counts every input and lets those through that are not complete.

    The sums are those of `Tally`, kept in plain integers: this loop runs once an object.
    """

    def __init__(self, done: CompletedIndex, source: str, skipped_ids: BinaryIO) -> None:
        self._done = done
        self._identify = fast_object_id(source)
        self._skipped_ids = skipped_ids
        self._open = [0, 0, 0]
        self._skipped = [0, 0, 0]
        self._skipped_members = [0, 0, 0]

    def open_members(self, members: Iterable[Member]) -> Iterator[Member]:
        """The members to process, each with the record it can start from."""
        identify, complete, prior = self._identify, self._done.complete, self._done.prior
        for member in members:
            path = member.path.encode() if member.raw is None else raw_path("", member.raw)
            version = member.version if member.beside else member.etag
            object_id = None if version is None else identify(path, version)
            if object_id is not None and object_id in complete:
                self._skipped_ids.write(object_id)
                _count(self._skipped, path, member.bytes)
                self._within(object_id)
                continue
            _count(self._open, path, member.bytes)
            found = None if object_id is None else prior(object_id)
            yield msgspec.structs.replace(member, prior=found) if found else member

    def _within(self, object_id: bytes) -> None:
        """Counts what lies in a file that is complete, as the name of its record tells."""
        held = self._done.contents.of(object_id)
        if held.count:
            self._skipped_members[0] += held.count
            self._skipped_members[1] += held.bytes
            self._skipped_members[2] += int(held.digest, 16)

    def skipped_members(self) -> Tally:
        """What lies in files that are complete from before."""
        return _tally(self._skipped_members)

    def skipped(self) -> Tally:
        """What is complete from before."""
        return _tally(self._skipped)

    def inputs(self) -> Tally:
        """Everything that was listed."""
        return _tally(self._skipped).plus(_tally(self._open))


def _count(sums: list[int], path: bytes, size: int) -> None:
    sums[0] += 1
    sums[1] += size
    sums[2] += int.from_bytes(hashlib.blake2b(path, digest_size=16).digest())


def _tally(sums: list[int]) -> Tally:
    count, size, digest = sums
    return Tally(count=count, bytes=size, digest=f"{digest & _MASK:032x}")


def fast_object_id(source: str) -> Callable[[bytes, str], bytes]:
    """`identity.object_id` for one source as 16 bytes, hashed in one call."""
    name = source.encode()
    head = len(name).to_bytes(8, "big") + name

    def identify(path: bytes, etag: str) -> bytes:
        tag = etag.strip('"').encode()
        return hashlib.blake2b(
            b"".join((head, len(path).to_bytes(8, "big"), path, len(tag).to_bytes(8, "big"), tag)),
            digest_size=16,
        ).digest()

    return identify
