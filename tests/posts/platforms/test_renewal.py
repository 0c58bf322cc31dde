"""Tokens that end, against the authorisation server of a stand-in."""

from __future__ import annotations

from typing import Any

import pytest

from schedulerx.cloud.platforms.serving import Fault
from schedulerx.cloud.platforms.x import XStandIn
from schedulerx.posts.model import Content, State
from schedulerx.posts.outcomes import AccountRefused, NotAccepted
from schedulerx.posts.platforms.renewal import current_token
from schedulerx.posts.platforms.x import X
from schedulerx.stores.postgres.posts import PostgresPosts
from tests.posts.platforms.harness import Bench, Case, World

TOKEN = "POST /2/oauth2/token"


@pytest.fixture
def world(bench: Bench) -> World:
    return bench.world(
        Case(
            platform=X(), stand_in=XStandIn, content=Content(text="Roses"),
            tokens=lambda stand_in: stand_in.desk.account(),
        )
    )  # fmt: skip


def test_a_token_is_renewed_before_it_ends(world: World) -> None:
    world.clock.turn(7200 - 60)
    assert world.run().state is State.POSTED
    assert world.stand_in.asked == [TOKEN, "POST /2/tweets"]


def test_a_token_that_is_refused_is_renewed_and_the_request_sent_again(world: World) -> None:
    stand_in: Any = world.stand_in
    stand_in.desk.end_access()
    assert world.run().state is State.POSTED
    assert world.stand_in.asked == ["POST /2/tweets", TOKEN, "POST /2/tweets"]


def test_the_refresh_token_that_comes_back_is_stored(world: World) -> None:
    before = dict(world.tokens.stored)
    world.clock.turn(7200)
    world.run()
    assert world.tokens.stored["refresh_token"] != before["refresh_token"]
    assert world.tokens.stored["expires_at"] == before["expires_at"] + 7200
    assert world.tokens.stored["client_id"] == before["client_id"]


def test_a_renewal_without_an_answer_leaves_the_post_surely_unsent(world: World) -> None:
    world.clock.turn(7200)
    world.stand_in.faults.append(Fault.LOST)
    with pytest.raises(NotAccepted, match="could not be renewed"):
        current_token(world.session(), world.case.platform.oauth)  # type: ignore[arg-type]  # has one
    assert world.run().state is State.POSTED


def test_a_renewal_that_is_throttled_is_tried_later(world: World) -> None:
    world.clock.turn(7200)
    world.stand_in.faults.append(Fault.THROTTLED)
    assert world.run().state is State.POSTED
    assert world.stand_in.asked == [TOKEN, TOKEN, "POST /2/tweets"]


def test_an_account_without_a_refresh_token_has_to_be_connected_again(world: World) -> None:
    stand_in: Any = world.stand_in
    stand_in.desk.end_access()
    del world.tokens.stored["refresh_token"]
    target = world.run()
    assert target.state is State.FAILED
    assert "connect the account again" in (target.error or "")


def test_an_account_that_was_never_connected_says_so(world: World) -> None:
    world.tokens.stored = {}
    with pytest.raises(AccountRefused, match="connect it first"):
        current_token(world.session(), world.case.platform.oauth)  # type: ignore[arg-type]  # has one


def test_no_error_repeats_a_token(world: World) -> None:
    stand_in: Any = world.stand_in
    stand_in.desk.revoke()
    secrets = [str(world.tokens.stored[name]) for name in ("access_token", "refresh_token")]
    error = world.run().error or ""
    assert not any(secret in error for secret in secrets)


@pytest.mark.parametrize("how", ["killed after", "killed before"])
def test_a_process_killed_at_a_renewal_sends_nothing_and_says_how_to_go_on(
    bench: Bench, world: World, how: str
) -> None:
    world.clock.turn(7200)
    world.wire.kill = (0, how)
    ended = world.run()
    if how == "killed before":  # the platform never heard of it
        assert ended.state is State.POSTED
        return
    # The refresh token is spent, and the one that came with the answer died with the process.
    assert (ended.state, ended.attempt) == (State.FAILED, 0)
    assert "connect the account again" in (ended.error or "")
    work = world.publisher.ledger.work(world.target_id)
    assert work is not None
    assert "connect the account again" in (work.account.paused or "")
    assert world.stand_in.shown == []
    # Connected again, it goes out.
    world.tokens.stored = world.case.tokens(world.stand_in)
    posts = PostgresPosts(bench.database)
    posts.pause(work.account.account_id, None)
    posts.retry(work.post.post_id, world.clock.now(), world.clock.now())
    assert world.run().state is State.POSTED
    assert len(world.stand_in.shown) == 1
