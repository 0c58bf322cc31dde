"""What a step is. Frozen data; imports nothing heavy, so that synthesis and Lambdas stay light."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a step is run once for."""

    FILE = "file"
    GROUP = "group"
    RUN = "run"


class Compute(StrEnum):
    """Where the stack runs it."""

    LAMBDA = "lambda"
    ECS = "ecs"


@dataclass(frozen=True)
class Retry:
    """How often a failed call is tried again; full jitter between `first_s` and `longest_s`."""

    attempts: int = 6
    first_s: int = 2
    backoff: float = 2.0
    longest_s: int = 60


@dataclass(frozen=True)
class Step:
    """One step. Its name names its module, state, settings section, report row and test.

    `needs` are the FILE steps whose outputs it reads; RUN steps read the database alone. Raise
    `version` when its output changes: older records are then redone from this step on.
    """

    name: str
    scope: Scope
    needs: tuple[str, ...] = ()
    version: int = 1
    compute: Compute = Compute.LAMBDA
    retry: Retry = Retry()

    @property
    def target(self) -> str:
        """Dotted path of the function, resolved only where it runs."""
        return f"schedulerx.steps.{self.name}:run"
