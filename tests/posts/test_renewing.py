"""Authorisations of accounts by which nothing is posted, against the stand-ins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schedulerx.cloud.platforms.registry import STAGES
from schedulerx.posts.grants import ends_at
from schedulerx.posts.model import Account
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.posts.renewing import Renewer
from tests.posts.platforms.harness import Clock, MemoryTokens
from tests.posts.platforms.offline import Spoiled

DAY_S = 86_400.0


class World:
    """One account, idle since it was connected."""

    def __init__(self, name: str) -> None:
        self.clock = Clock()
        self.stand_in: Any = STAGES[name].stand_in(self.clock.seconds)
        self.tokens = MemoryTokens(STAGES[name].tokens(self.stand_in))
        self.wire = Spoiled(self.stand_in)
        self.name = name
        self.paused: str | None = None

    def renew(self) -> list[str]:
        account = Account(
            account_id=UUID(int=1), platform=self.name, name="idle", secret="s",
            server=f"http://127.0.0.1/{self.name}", expires_at=ends_at(self.tokens.stored),
            paused=self.paused,
        )  # fmt: skip
        renewer = Renewer(
            platforms=PLATFORMS, http=self.wire, tokens=lambda _: self.tokens, now=self.clock.now
        )
        return renewer.renew([account])

    def ends(self) -> datetime:
        return ends_at(self.tokens.stored) or datetime.min.replace(tzinfo=UTC)


@pytest.mark.parametrize("name", ["instagram", "threads"])
def test_a_token_of_metas_is_renewed_once_half_its_time_is_over(name: str) -> None:
    world = World(name)
    world.clock.turn(29 * DAY_S)
    assert world.renew() == []
    assert world.wire.asked == []
    world.clock.turn(2 * DAY_S)
    assert world.renew() == []
    assert world.ends() == world.clock.now() + timedelta(days=60)
    world.renew()
    assert len(world.wire.asked) == 1


def test_a_refresh_token_that_ends_is_renewed_with_use_and_once_a_day_at_most() -> None:
    world = World("linkedin")  # whose refresh tokens end when they end
    world.tokens.stored["refresh_expires_at"] = int(world.clock.seconds() + 20 * DAY_S)
    world.stand_in.desk.extra = {"refresh_token_expires_in": 10 * DAY_S}
    for _ in range(3):
        assert world.renew() == []
    assert len(world.wire.asked) == 1
    world.clock.turn(1.1 * DAY_S)
    world.renew()
    assert len(world.wire.asked) == 2


def test_what_cannot_be_renewed_is_told() -> None:
    world = World("linkedin")
    world.tokens.stored["refresh_expires_at"] = int(world.clock.seconds() + 20 * DAY_S)
    world.stand_in.desk.revoke()
    (words,) = world.renew()
    assert "idle could not be renewed" in words
    assert "connect the account again" in words


def test_a_paused_account_is_left_alone() -> None:
    world = World("threads")
    world.clock.turn(31 * DAY_S)
    world.paused = "by hand"
    assert world.renew() == []
    assert world.wire.asked == []
