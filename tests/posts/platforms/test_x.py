from __future__ import annotations

from typing import Any, cast

import pytest

from schedulerx.cloud.platforms.serving import Fault
from schedulerx.cloud.platforms.x import XStandIn
from schedulerx.posts.model import Content, State
from schedulerx.posts.outcomes import AnswerLost, Published, Unsure
from schedulerx.posts.platforms import x_media
from schedulerx.posts.platforms.x import X
from tests.posts.platforms.harness import Bench, Case, Killed, medium, prove_once

PICTURE = medium("image/jpeg", b"a picture", alt="a rose")
ANIMATION = medium("image/gif", b"an animation")
VIDEO = medium("video/mp4", b"a video of some length", duration_s=10.0, fps=25.0)


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a short video has several."""
    monkeypatch.setattr(x_media, "_CHUNK", 8)


def a_case(**changed: Any) -> Case:
    return Case(
        platform=X(),
        stand_in=XStandIn,
        content=Content(text="Roses & <thyme> 🌹", link="https://example.org/a"),
        tokens=lambda stand_in: stand_in.desk.account(),
        **changed,
    )


@pytest.mark.parametrize(
    "media", [(), (PICTURE,), (ANIMATION,), (VIDEO,)], ids=["text", "picture", "gif", "video"]
)
def test_whatever_befalls_a_request_one_post_is_visible(
    bench: Bench, media: tuple[Any, ...]
) -> None:
    assert prove_once(bench, a_case(media=media), may_be_unknown={"POST /2/tweets"}) >= 6


def test_a_video_goes_on_with_the_segment_it_was_killed_at(bench: Bench) -> None:
    world = bench.world(a_case(media=(VIDEO,)))
    world.wire.kill = (2, "killed before")  # the second of three segments
    assert world.run().state is State.POSTED
    asked = world.stand_in.asked
    assert asked.count("POST /2/media/upload/initialize") == 1
    assert asked.count("POST /2/media/upload/5001/append") == 3


def test_a_picture_has_its_alternative_text(bench: Bench) -> None:
    world = bench.world(a_case(media=(PICTURE,)))
    world.run()
    assert world.stand_in.shown[0].extra == {"alts": ["a rose"]}


def test_the_refusal_of_a_duplicate_means_the_post_is_there_where_it_was_sent_before(
    bench: Bench,
) -> None:
    world = bench.world(a_case())
    world.run()
    platform, session = world.case.platform, world.session()
    session.handle = {"sent_at": world.clock.now().isoformat()}
    with pytest.raises(AnswerLost, match="already"):
        platform.publish(session)
    found = platform.find(session)
    assert isinstance(found, Published)
    assert found.platform_id == world.stand_in.shown[0].post_id


def test_a_text_the_account_posted_by_itself_is_refused_and_not_taken_for_ours(
    bench: Bench,
) -> None:
    world = bench.world(a_case())
    stand_in: Any = world.stand_in
    said = "Roses & <thyme> 🌹\n\nhttps://example.org/a"
    stand_in.tweets.append({"id": "1", "text": said, "said": said, "created_at": "2026-01-01"})
    target = world.run()
    assert (target.state, target.error_code) == (State.FAILED, "duplicate")
    assert world.stand_in.shown == []


@pytest.mark.parametrize(
    "other",
    [
        {"text": "Thistles"},
        {"created_at": "2026-01-01T00:00:00.000Z"},
        {"attachments": {"media_keys": ["3_1"]}},
    ],
    ids=["text", "time", "media"],
)
def test_a_post_of_the_owners_is_not_taken_for_ours(bench: Bench, other: dict[str, Any]) -> None:
    world = bench.world(a_case())
    world.run()
    session, stand_in = world.session(), cast("Any", world.stand_in)
    session.handle = {"sent_at": world.clock.now().isoformat()}
    assert isinstance(world.case.platform.find(session), Published)
    stand_in.tweets[0] |= other
    assert isinstance(world.case.platform.find(session), Unsure)


def test_a_yes_with_errors_and_no_post_is_looked_up(bench: Bench) -> None:
    world = bench.world(a_case())
    stand_in: Any = world.stand_in
    stand_in.partial = True
    target = world.run()
    assert (target.state, target.platform_id) == (State.POSTED, "8001")
    assert "GET /2/users/7/tweets" in stand_in.asked


def test_a_throttle_is_waited_for_until_it_ends(bench: Bench) -> None:
    world = bench.world(a_case())
    world.stand_in.faults.append(Fault.THROTTLED)
    began = world.clock.now()
    assert world.run().state is State.POSTED
    assert (world.clock.now() - began).total_seconds() == 30


def test_uploads_that_have_ended_are_made_again(bench: Bench) -> None:
    world = bench.world(a_case(media=(VIDEO,)))
    world.wire.kill = (4, "killed before")
    world.publisher.step(world.target_id, "a")
    with pytest.raises(Killed):
        world.publisher.step(world.target_id, "a")
    world.clock.turn(2 * 86_400)
    assert world.run().state is State.POSTED
    assert world.stand_in.asked.count("POST /2/media/upload/initialize") == 2


def test_an_animation_stands_alone(bench: Bench) -> None:
    world = bench.world(a_case(media=(ANIMATION, PICTURE)))
    assert world.run().error_code == "media_mixed"


def test_a_revoked_permission_pauses_the_account(bench: Bench) -> None:
    world = bench.world(a_case())
    stand_in: Any = world.stand_in
    stand_in.desk.revoke()
    target = world.run()
    assert target.state is State.FAILED
    assert "connect the account again" in (target.error or "")
    work = world.publisher.ledger.work(world.target_id)
    assert work is not None
    assert work.account.paused is not None


def test_a_longer_text_whose_answer_was_lost_is_found_by_all_of_it(bench: Bench) -> None:
    content = Content(text="Roses " * 100, options={"max_characters": "25000"})
    world = bench.world(a_case(), content=content)
    stand_in: Any = world.stand_in
    stand_in.most_text = 25_000
    stand_in.faults.append(Fault.UNANSWERED)
    assert world.run().state is State.POSTED
    assert len(stand_in.shown) == 1
