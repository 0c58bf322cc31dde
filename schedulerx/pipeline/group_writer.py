"""Members and groups as the inventory keeps them, written in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from schedulerx.model.member import Member
from schedulerx.model.run import Group

_LINES_HELD = 4096  # members in memory while a group is open


class GroupWriter:
    """Writes members, and a line a group. A group ends with the family that fills it."""

    def __init__(self, lines: BinaryIO, groups: BinaryIO, minimum: int) -> None:
        self._lines = lines
        self._groups = groups
        self._minimum = minimum
        self._encoder = msgspec.json.Encoder()
        self._hash = hashlib.blake2b(digest_size=12)
        self._start = self._end = self._bytes = 0
        self.count = 0

    @property
    def digest(self) -> bytes:
        """Of all lines written."""
        return self._hash.digest()

    def write(self, members: Iterable[tuple[str, Member]]) -> None:
        """Takes members with their family's key, each family in one piece."""
        waiting: list[Member] = []
        count, last = 0, ""
        for key, member in members:
            if count >= self._minimum and key != last:
                self._close(count, waiting)
                count = 0
            elif len(waiting) >= _LINES_HELD:
                self._flush(waiting)
            waiting.append(member)
            count += 1
            last = key
        if count:
            self._close(count, waiting)

    def _flush(self, waiting: list[Member]) -> None:
        data = self._encoder.encode_lines(waiting)
        self._lines.write(data)
        self._hash.update(data)
        self._end += len(data)
        self._bytes += sum(member.bytes for member in waiting)
        waiting.clear()

    def _close(self, count: int, waiting: list[Member]) -> None:
        self._flush(waiting)
        group = Group(
            group_id=f"{self.count:06d}",
            count=count,
            bytes=self._bytes,
            offset=self._start,
            length=self._end - self._start,
        )
        self._groups.write(self._encoder.encode(group) + b"\n")
        self._start, self._bytes = self._end, 0
        self.count += 1
