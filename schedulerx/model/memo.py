"""What one step found out and a later one uses, kept while the file is in work."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar, cast

T = TypeVar("T")


class Memo:
    """Values made when first asked for. A step may not need one to be there: steps run alone."""

    def __init__(self) -> None:
        self._held: dict[str, object] = {}
        self._open = ExitStack()

    def once(self, name: str, make: Callable[[], T]) -> T:
        """The value of this name, made now where it was not before; an error is not kept."""
        if name not in self._held:
            self._held[name] = make()
        return cast("T", self._held[name])

    def opened(self, name: str, make: Callable[[], AbstractContextManager[T]]) -> T:
        """Like `once`, of what is to be closed when the file is done."""
        return self.once(name, lambda: self._open.enter_context(make()))

    def clear(self) -> None:
        """Lets go of everything, when the file is done."""
        self._held.clear()
        self._open.close()
