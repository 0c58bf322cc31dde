"""What is asked of every file of a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from schedulerx.model.run import Run
from schedulerx.pipeline.artifacts import complete_groups, fingerprint
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.step import Scope, Step
from schedulerx.settings import ProcessingSettings


@dataclass(frozen=True)
class Task:
    """What is asked of every file: these FILE steps, under these settings."""

    steps: tuple[str, ...]
    settings: ProcessingSettings
    overwrite_existing: bool = False
    # On arrival a part is done ahead of any run: it stands back from what a run has done or tried.
    on_arrival: bool = False
    tries_passwords: bool = False

    @property
    def file_steps(self) -> tuple[Step, ...]:
        """The FILE steps asked for, in order."""
        return tuple(step for step in steps_of(Scope.FILE) if step.name in self.steps)

    @cached_property
    def fingerprint(self) -> str:
        """Of the FILE steps asked for."""
        return fingerprint(self.steps, self.settings)

    @cached_property
    def satisfying(self) -> frozenset[str]:
        """The groups of names of records with every step asked for, and nothing left to try."""
        return complete_groups(self.steps, self.settings, tries_passwords=self.tries_passwords)


def task_of(run: Run) -> Task:
    """What a run asks of every file."""
    return Task(
        run.steps, run.settings, run.overwrite_existing, tries_passwords=run.tries_passwords
    )
