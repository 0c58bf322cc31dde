"""What became of the targets that one process had to do with."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from schedulerx.errors import SchedulerXError
from schedulerx.posts.model import State
from schedulerx.posts.quoting import quoted


@dataclass
class Tally:
    """Counts by state, and what went wrong on our side."""

    states: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    later: int = 0  # still waiting when this process had waited long enough
    defects: list[str] = field(default_factory=list)
    ended_by: SchedulerXError | None = None  # the ledger's: what is left waits for it

    def add(self, other: Tally) -> None:
        """Counts another's with its own."""
        self.states = {state: count + other.states[state] for state, count in self.states.items()}
        self.later += other.later
        self.defects += other.defects
        self.ended_by = self.ended_by or other.ended_by

    def add_defect(self, target_id: UUID, error: BaseException) -> None:
        """What went wrong with a target; where nobody foresaw it, by its name."""
        is_meant = isinstance(error, SchedulerXError)
        self.defects.append(str(error) if is_meant else defect_of(target_id, error))


def defect_of(target_id: UUID, error: BaseException) -> str:
    """An error that nobody foresaw, as it may be printed and logged: it may quote a request."""
    return quoted(f"{target_id}: {type(error).__name__}: {error}")
