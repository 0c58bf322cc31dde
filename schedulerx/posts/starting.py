"""What executions are started for, and under which name: the same start has the same name."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import msgspec


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


class Starter(Protocol):
    """Starts executions that publish."""

    def start_target(self, start: Start) -> bool:
        """Starts one for a target; False where it was started before."""

    def start_post(self, post_id: UUID, name: str) -> bool:
        """Starts one for all targets of a post; False where it was started before."""


def post_execution(post_id: UUID, revision: int) -> str:
    """The name of the execution that a post's schedule starts."""
    return f"{post_id}-r{revision}"
