"""What waits for a database that is away for a moment: restarted, failing over, out of connections.

For what must not be forgotten, such as a platform's answer. A call is made again as a whole, so it
has to be one that does no harm where the first was committed and only its answer was lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from itertools import chain
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from schedulerx.errors import RetryableError

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Patience:
    """Seconds to wait before each further try. A server that is started again, or fails over, is
    back within a minute; a connection is waited for as long as the pool does, besides.
    """

    waits: tuple[float, ...] = (0.1, 1.0, 4.0, 15.0)
    sleep: Callable[[float], None] = time.sleep

    def tries(self, call: Callable[[int], _Found]) -> _Found:
        """What the call gives, once it gives something; it is told how often it was made before.

        Raises:
            RetryableError: of the last try.
        """
        for number, wait_s in enumerate(self._waits()):
            try:
                return call(number)
            except RetryableError:
                if wait_s is None:
                    raise
                self.sleep(wait_s)
        raise AssertionError("the last wait is none")

    def _waits(self) -> Iterator[float | None]:
        return chain(self.waits, (None,))


class Waits(Protocol):
    """Something that has patience."""

    @property
    def patience(self) -> Patience:
        """How much."""


_Self = TypeVar("_Self", bound=Waits)


def patient(
    call: Callable[Concatenate[_Self, _Given], _Found],
) -> Callable[Concatenate[_Self, _Given], _Found]:
    """The method, made again while the database is away."""

    @wraps(call)
    def called(self: _Self, /, *given: _Given.args, **named: _Given.kwargs) -> _Found:
        return self.patience.tries(lambda _: call(self, *given, **named))

    return called
