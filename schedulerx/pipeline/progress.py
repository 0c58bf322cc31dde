"""What a worker tells while it works on one task: an outcome for each thing found in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import msgspec

Result = TypeVar("Result")


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """Why a part of a task is not to be worked on: it cost its workers their lives, or overran."""

    reason: str
    overran: bool


class Disconnected(BaseException):
    """Nobody listens any more. Not an `Exception`: no error of a file's is to be made of it."""


class Progress(Generic[Result]):
    """Counts what is told. The same task tells the same things in the same order on every try."""

    def __init__(
        self,
        send: Callable[[Result | None], None] = lambda _: None,
        losses: Mapping[int, Loss] | None = None,
    ) -> None:
        self._send = send
        self._losses = losses or {}
        self._told = 0

    def tell(self, result: Result | None) -> None:
        """One more part is done; None marks a place that is passed, and has no outcome."""
        try:
            self._send(result)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Disconnected from error
        self._told += 1

    def loss(self) -> Loss | None:
        """Why the part that comes next is given up; None where it is to be worked on."""
        return self._losses.get(self._told)
