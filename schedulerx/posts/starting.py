"""What executions are started for, and under which name: the same start has the same name."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

_AGAIN_S = 900


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """One target that waits. Its id is made of its post's and its account's; `changes` counts what
    happened to it, so that it is started once for each time it came to wait.
    """

    target_id: UUID
    post_id: UUID
    revision: int
    attempt: int
    changes: int

    @property
    def name(self) -> str:
        """The execution's name; 80 characters at most."""
        return f"{self.target_id}-r{self.revision}-a{self.attempt}-c{self.changes}"

    def again(self, now: datetime) -> str:
        """The name where the execution of the first one ended and the target waits all the same:
        one a quarter of an hour.
        """
        return f"{self.name}-{int(now.timestamp()) // _AGAIN_S}"


class Starter(Protocol):
    """Starts executions that publish."""

    def start_target(self, start: Start) -> bool:
        """Starts one for a target; False where it was started before."""

    def start_again(self, start: Start, now: datetime) -> bool:
        """As `start_target`, but where that execution ended it starts another."""

    def start_post(self, post_id: UUID, name: str) -> bool:
        """Starts one for all targets of a post; False where it was started before."""


def post_execution(post_id: UUID, revision: int) -> str:
    """The name of the execution that a post's schedule starts."""
    return f"{post_id}-r{revision}"
