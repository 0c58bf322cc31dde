"""What a container says it holds, and how its members are handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from schedulerx.errors import RejectedInput
from schedulerx.model.member import MemberKind


@dataclass(frozen=True)
class Entry:
    """One member as its container lists it. `name` is in bytes as stored, with `/` for folders."""

    place: int  # in the container, from 0
    name: bytes
    bytes: int
    kind: MemberKind = MemberKind.FILE


class Target(Protocol):
    """Where a member's bytes go."""

    def write(self, data: bytes) -> int:
        """Takes the next bytes. Raises RejectedInput for more than the member declared."""

    def restart(self) -> None:
        """Forgets what was written: it was unpacked with a wrong password."""


class Receiver(Protocol):
    """Takes the members of a container, one at a time."""

    def begin(self, entry: Entry) -> Target:
        """Where the member's bytes go."""

    def end(self, fault: RejectedInput | None = None) -> None:
        """The member is whole, or at fault."""


class Container(Protocol):
    """A container whose listing was held to the limits."""

    @property
    def packed(self) -> int:
        """Its own bytes."""

    @property
    def entries(self) -> Sequence[Entry]:
        """Its members, without folders."""

    def unpack(self, receiver: Receiver) -> None:
        """Hands over every entry that is a file, in the order of the container.

        Raises:
            RejectedInput: it breaks off, or lied; what was not handed over cannot be had.
        """
