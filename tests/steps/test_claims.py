"""What is paid for is made once, whoever else is at it and whoever dies."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schedulerx.steps import claims
from schedulerx.steps.claims import LEASE_S, OneAtATime
from schedulerx.stores.folders import FolderArtifacts
from tests.steps.files import MemoryArtifacts


class World:
    """A store, a clock that passes by sleeping, and what happens meanwhile."""

    def __init__(self, *meanwhile: Callable[[], object]) -> None:
        self.store = MemoryArtifacts()
        self.now = 1000.0
        self.meanwhile = list(meanwhile)
        self.paid = 0

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.meanwhile:
            self.meanwhile.pop(0)()

    def known(self) -> bytes | None:
        return self.store.held.get("page")

    def pay(self) -> bytes:
        self.paid += 1
        self.store.put("page", b"text")
        return b"text"

    def once(self, make: Callable[[], bytes] | None = None) -> bytes:
        work = OneAtATime(self.store, clock=lambda: self.now, sleep=self.sleep)
        return work.once("page", self.known, make or self.pay)


class Killed(BaseException):
    """The process is gone: nothing after it runs."""


def killed(world: World) -> None:
    """Another process claims the page, and dies before it can do anything more."""
    world.store.put_new("page.claim-0", b'{"until": %d}' % (world.now + LEASE_S))


def test_what_was_made_leaves_no_claim() -> None:
    world = World()
    assert world.once() == b"text"
    assert list(world.store.held) == ["page"]


def test_another_that_is_at_it_is_waited_for() -> None:
    world = World()
    killed(world)
    world.meanwhile = [lambda: None, lambda: world.store.put("page", b"theirs")]
    assert world.once() == b"theirs"
    assert (world.paid, world.now) == (0, 1004.0)


def test_the_second_asks_while_the_first_is_served() -> None:
    world = World()

    def served() -> bytes:
        second = OneAtATime(world.store, clock=lambda: world.now, sleep=stop)
        with pytest.raises(Killed):  # it waits
            second.once("page", world.known, world.pay)
        return world.pay()

    def stop(seconds: float) -> None:
        raise Killed

    assert world.once(served) == b"text"
    assert world.paid == 1


def test_one_that_died_is_followed_when_its_claim_has_run_out() -> None:
    world = World()
    killed(world)
    assert world.once() == b"text"
    assert world.now >= 1000 + LEASE_S
    assert list(world.store.held) == ["page"]


def test_one_that_failed_is_followed_at_once() -> None:
    world = World()

    def fails() -> bytes:
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        world.once(fails)
    assert world.once() == b"text"
    assert (world.paid, world.now) == (1, 1000.0)


def test_what_ends_between_the_look_and_the_claim_is_not_paid_again() -> None:
    world = World()
    taking = world.store.put_new

    def late(key: str, data: bytes) -> bool:
        world.store.put("page", b"theirs")
        return taking(key, data)

    world.store.put_new = late  # type: ignore[method-assign]  # the other ends just before
    assert world.once() == b"theirs"
    assert world.paid == 0


def test_of_two_that_follow_a_dead_one_only_one_does() -> None:
    world = World()
    killed(world)
    world.now += LEASE_S + 1
    taking = world.store.put_new

    def beaten(key: str, data: bytes) -> bool:
        world.store.put_new = taking  # type: ignore[method-assign]  # once
        taking(key, data)  # another follows first
        world.meanwhile = [lambda: world.store.put("page", b"theirs")]
        return taking(key, data)

    world.store.put_new = beaten  # type: ignore[method-assign]  # the other is a moment earlier
    assert world.once() == b"theirs"
    assert world.paid == 0


def test_a_claim_that_nobody_can_read_does_not_block() -> None:
    world = World()
    world.store.put("page.claim-0", b"")
    assert world.once() == b"text"


def test_many_at_once_pay_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "_POLL_S", 0.001)
    store = FolderArtifacts(tmp_path)
    paid: list[str] = []

    def ask(page: str) -> bytes:
        def pay() -> bytes:
            paid.append(page)
            store.put(page, page.encode())
            return page.encode()

        known = lambda: store.get(page) if store.exists(page) else None  # noqa: E731  (one line)
        return OneAtATime(store).once(page, known, pay)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, [f"ocr/{number % 10}" for number in range(80)]))
    assert sorted(paid) == sorted({each.decode() for each in found})
    assert not [key for key in store.keys("ocr/") if "claim" in key]
