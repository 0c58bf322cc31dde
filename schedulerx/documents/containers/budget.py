"""What a nest of archives may unpack to, all its levels together."""

from __future__ import annotations

from schedulerx.documents.containers.entry import Container
from schedulerx.documents.integrity.rejections import refused
from schedulerx.documents.integrity.zip_limits import hold_growth
from schedulerx.settings import ValidateSettings


class Budget:
    """The limits of one file as it came, whatever lies in it. `packed` are its bytes."""

    def __init__(self, limits: ValidateSettings, packed: int) -> None:
        self._limits = limits
        self._packed = packed
        self._members = 0
        self._unpacked = 0

    def hold(self, container: Container, depth: int, most: int) -> None:
        """Takes in a listing, before one of its members is unpacked. `most` members are allowed.

        Raises:
            RejectedInput: with it the nest is too deep, has too many members, or grows too much.
        """
        if depth > self._limits.max_depth:
            raise refused(f"archives lie in archives deeper than {self._limits.max_depth} levels")
        members = self._members + len(container.entries)
        if members > most:
            raise refused(f"with its archives it has {members:,} members, over {most:,}")
        own = sum(entry.bytes for entry in container.entries)
        hold_growth(container.packed, own, self._limits)
        hold_growth(self._packed, self._unpacked + own, self._limits)
        self._members, self._unpacked = members, self._unpacked + own
