"""Several sequences read at once, handed on in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from queue import Full, Queue
from threading import Event
from typing import Generic, TypeVar

T = TypeVar("T")
_HELD = 8  # items in memory of each sequence
_PATIENCE_S = 0.1  # how soon a reader notices that nobody wants more


class _Reader(Generic[T]):
    """One sequence, read by another thread into a short queue."""

    def __init__(self, sequence: Callable[[], Iterable[T]], stop: Event) -> None:
        self._sequence = sequence
        self._stop = stop
        self._queue: Queue[T | None] = Queue(_HELD)
        self.work: Future[None] | None = None

    def read(self) -> None:
        try:
            for item in self._sequence():
                if not self._offer(item):
                    return
        finally:
            self._offer(None)

    def _offer(self, item: T | None) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=_PATIENCE_S)
            except Full:
                continue
            return True
        return False

    def items(self) -> Iterator[T]:
        while (item := self._queue.get()) is not None:
            yield item
        assert self.work is not None
        self.work.result()  # raises here what the reading raised


def read_ahead(sequences: Iterable[Callable[[], Iterable[T]]], width: int) -> Iterator[T]:
    """The items of all sequences, one sequence after the other, `width` of them read at once."""
    stop, waiting = Event(), iter(sequences)

    def start(sequence: Callable[[], Iterable[T]]) -> _Reader[T]:
        reader = _Reader(sequence, stop)
        reader.work = pool.submit(reader.read)
        return reader

    with ThreadPoolExecutor(width) as pool:
        try:
            readers = deque(start(sequence) for sequence in islice(waiting, width))
            while readers:
                yield from readers.popleft().items()
                readers.extend(start(sequence) for sequence in islice(waiting, 1))
        finally:
            stop.set()
