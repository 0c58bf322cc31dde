"""A target whose media a task converts: held meanwhile, and put off where the task ends badly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from schedulerx.posts.conversions import Conversions
from schedulerx.posts.definition import CONVERSION_S, DONE
from schedulerx.posts.http import Request, Response
from schedulerx.posts.media_intake import take_in
from schedulerx.posts.model import Account, Content, Post, State, Target
from schedulerx.posts.outcomes import NotAccepted
from schedulerx.posts.phases import After, Phases
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.posts.preparation import MediaPreparation
from schedulerx.posts.publishing import Publisher
from schedulerx.settings import ProcessingSettings
from schedulerx.stores.account_tokens import AccountTokens
from schedulerx.stores.credentials import FileSecrets
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.post_media import StoredMedia
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.post_ledger import PostgresLedger
from schedulerx.stores.postgres.posts import PostgresPosts
from schedulerx.stores.postgres.profiles import Profile
from tests.media.videos import clip

BEGUN = datetime(2026, 3, 1, 12, tzinfo=UTC)


class NoNet:
    """Nothing is connected."""

    def send(self, request: Request) -> Response:
        raise NotAccepted(f"no way to {request.url}")


@dataclass
class World:
    """A target with a video that its platform does not take, and a clock that is moved."""

    phases: Phases
    ledger: PostgresLedger
    target_id: UUID
    conversions: Conversions
    now: datetime = BEGUN

    def run(self, phase: str, claim: str = "first") -> After:
        return self.phases.run(phase, self.target_id, claim, 0)

    def target(self) -> Target:
        work = self.ledger.work(self.target_id)
        assert work is not None
        return work.target


@pytest.fixture
def world(postgres: Profile, tmp_path: Path) -> Iterator[World]:
    database = Database(postgres)
    database.open()
    store, settings = FolderArtifacts(tmp_path / "media"), ProcessingSettings()
    preparation, ledger = MediaPreparation(store, settings), PostgresLedger(database)
    account = Account(account_id=uuid4(), platform="mastodon", name="coast", secret="coast")
    secrets = FileSecrets(tmp_path / "credentials", None)
    secrets.write(account.secret, {"access_token": "a"})
    conversions = Conversions(store, preparation)
    made: list[World] = []
    publisher = Publisher(
        ledger=ledger, platforms=PLATFORMS, preparation=preparation, http=NoNet(),
        media=StoredMedia(store, NoNet()), now=lambda: made[0].now,
        tokens=lambda each: AccountTokens(secrets, each.secret),
    )  # fmt: skip
    post = Post(
        post_id=uuid4(), content=Content(text="a"), due_at=BEGUN, zone="UTC", created_at=BEGUN,
        media=(take_in(clip(tmp_path / "a.mkv", frames=24), store, settings),),
    )  # fmt: skip
    posts = PostgresPosts(database)
    posts.save_account(account)
    (target,) = posts.add(post, [account.account_id])
    phases = Phases(
        publisher=publisher,
        is_heavy=lambda work: conversions.is_heavy(work, PLATFORMS),
        measure=lambda _: None,
        tell=lambda _: None,
    )
    made.append(World(phases, ledger, target.target_id, conversions))
    yield made[0]
    database.close()


def test_a_target_is_held_as_long_as_its_conversion_may_take(world: World) -> None:
    after = world.run("validate")

    assert (after.phase, after.in_task) == ("prepare", True)
    world.now += timedelta(seconds=CONVERSION_S)
    assert world.ledger.expire(world.now).pending == ()
    assert world.run("validate", "second").phase == DONE
    world.now += timedelta(hours=3)
    assert world.ledger.expire(world.now).pending == (world.target_id,)


def test_after_the_task_it_is_held_no_longer_than_a_call_may_live(world: World) -> None:
    world.run("validate")
    world.conversions.convert(world.target_id)
    world.now += timedelta(minutes=10)

    world.run("prepare")  # nothing is connected: it is tried again later

    assert world.target().state is State.PENDING
    assert (world.target().error or "").startswith("no way to")


def test_a_call_that_dies_after_the_task_holds_it_for_minutes_only(world: World) -> None:
    world.run("validate")

    publisher = replace(world.phases.publisher, preparation=None)  # type: ignore[arg-type]  # dies
    with pytest.raises(AttributeError):
        replace(world.phases, publisher=publisher).run("prepare", world.target_id, "first", 0)

    until = world.target().claimed_until
    assert until is not None
    assert until - world.now < timedelta(minutes=30)


def test_a_task_that_ends_badly_puts_it_off_and_at_last_says_why(world: World) -> None:
    waits = []
    while True:
        after = world.run("validate")
        if not after.in_task:
            break
        put_off = world.phases.put_off(world.target_id, "first", "States.TaskFailed")
        waits.append(put_off.wait_s)
        world.now += timedelta(seconds=put_off.wait_s)
        if put_off.phase == "record":
            break

    assert world.target().state is State.FAILED
    assert "the task that converts its media ended with States.TaskFailed" in (
        world.target().error or ""
    )
    assert waits[:3] == [15, 30, 60]
    assert len(waits) == 9


def test_putting_off_what_another_execution_holds_changes_nothing(world: World) -> None:
    world.run("validate")
    before = world.target()

    assert world.phases.put_off(world.target_id, "second", "States.Timeout").phase == DONE
    assert world.phases.put_off(uuid4(), "first", "States.Timeout").phase == DONE
    assert msgspec.structs.asdict(world.target()) == msgspec.structs.asdict(before)
