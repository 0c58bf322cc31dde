"""Work that costs money, done by one process at a time: others wait for what it finds.

A claim is an artifact beside what is to be made, put where none lies yet. A claimant that died
leaves it; once it has run out, the next process puts a claim of the next number, which one alone
can. Numbers never go back while the work is undone: a late comer cannot take an older one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import msgspec

from schedulerx.errors import ArtifactNotFound
from schedulerx.model.ports import ArtifactStore

# Seconds a claim lasts: longer than Textract's patience for one document and the call that ends it.
LEASE_S = 420.0
_POLL_S = 2.0

T = TypeVar("T")


class _Claim(msgspec.Struct, frozen=True):
    until: float  # seconds since 1970


class OneAtATime:
    """Claims in an artifact store. `clock` in seconds since 1970, alike on all machines."""

    def __init__(
        self,
        artifacts: ArtifactStore,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._artifacts = artifacts
        self._clock = clock
        self._sleep = sleep

    def once(self, key: str, known: Callable[[], T | None], make: Callable[[], T]) -> T:
        """What is known under the key, or made and kept by `make`: by this process, or by another
        that is at it. Where that one fails, or dies, this one tries.
        """
        while (found := known()) is None:
            number = self._take(key)
            if number is not None:
                return self._made(key, number, known, make)
            self._sleep(_POLL_S)
        return found

    def _made(
        self, key: str, number: int, known: Callable[[], T | None], make: Callable[[], T]
    ) -> T:
        try:
            found = known()  # another may have ended between the look and the claim
            found = make() if found is None else found
        except BaseException:
            self._artifacts.put(_name(key, number), msgspec.json.encode(_Claim(until=0.0)))
            raise
        for old in list(self._artifacts.keys(_name(key))):
            self._artifacts.delete(old)
        return found

    def _take(self, key: str) -> int | None:
        """The number of this process's claim; None where another holds one."""
        numbers = [int(name.removeprefix(_name(key))) for name in self._artifacts.keys(_name(key))]
        if numbers and self._until(_name(key, max(numbers))) > self._clock():
            return None
        number = max(numbers, default=-1) + 1
        mine = msgspec.json.encode(_Claim(until=self._clock() + LEASE_S))
        return number if self._artifacts.put_new(_name(key, number), mine) else None

    def _until(self, name: str) -> float:
        """When a claim runs out; at once where it was given up, or cannot be read."""
        with suppress(ArtifactNotFound, msgspec.DecodeError):
            return msgspec.json.decode(self._artifacts.get(name), type=_Claim).until
        return 0.0


def _name(key: str, number: int | None = None) -> str:
    return f"{key}.claim-{'' if number is None else number}"
