from __future__ import annotations

from typing import Any

import pytest

from schedulerx.cloud.platforms.youtube import YouTubeStandIn
from schedulerx.posts.model import Content, State
from schedulerx.posts.platforms import youtube, youtube_upload
from schedulerx.posts.platforms.youtube import YouTube
from tests.posts.platforms.harness import Bench, Case, Killed, medium, prove_once

VIDEO = medium("video/mp4", b"a video of some length", duration_s=10.0, fps=25.0)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a short video has several."""
    monkeypatch.setattr(youtube, "CHUNK", 8)
    monkeypatch.setattr(youtube_upload, "CHUNK", 8)


def a_case(title: str = "A garden", text: str = "Roses", **changed: Any) -> Case:
    return Case(
        platform=YouTube(),
        stand_in=lambda now: YouTubeStandIn(now, granule=8),
        content=Content(title=title, text=text, link="https://example.org/"),
        media=(VIDEO,),
        tokens=lambda stand_in: stand_in.desk.account(),
        **changed,
    )


def test_whatever_befalls_a_request_one_video_is_visible_and_it_is_known(bench: Bench) -> None:
    assert prove_once(bench, a_case(), may_be_unknown=set()) >= 30


def test_an_upload_goes_on_where_it_was_killed(bench: Bench) -> None:
    world = bench.world(a_case())
    world.wire.kill = (2, "killed after")  # the second of three chunks
    assert world.run().state is State.POSTED
    assert world.stand_in.asked.count("POST /upload/youtube/v3/videos") == 1
    # Two before, the question how far it is, and the last.
    assert world.stand_in.asked.count("PUT /sessions/s1") == 4


def test_a_session_that_has_ended_begins_anew(bench: Bench) -> None:
    world = bench.world(a_case())
    world.wire.kill = (2, "killed before")
    stand_in: Any = world.stand_in
    world.publisher.step(world.target_id, "a")
    with pytest.raises(Killed):
        world.publisher.step(world.target_id, "a")
    stand_in.sessions.clear()
    assert world.run().state is State.POSTED
    assert len(stand_in.shown) == 1


def test_a_quota_that_is_used_up_is_waited_for(bench: Bench) -> None:
    world = bench.world(a_case())
    stand_in: Any = world.stand_in
    stand_in.quota = 0
    world.publisher.step(world.target_id, "a")
    waiting = world.publisher.step(world.target_id, "a")
    # It is 07:00 where the quota's day ends at midnight.
    assert (waiting.state, waiting.again_s) == (State.PENDING, 17 * 3600)
    stand_in.quota = 1
    assert world.run().state is State.POSTED


def test_a_video_that_is_rejected_has_failed_with_the_reason(bench: Bench) -> None:
    world = bench.world(a_case())
    stand_in: Any = world.stand_in
    stand_in.rejects = True
    target = world.run()
    assert (target.state, target.error_code) == (State.FAILED, "duplicate")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"title": ""}, "needs a title"),
        ({"title": "x" * 101}, "101 characters"),
        ({"text": "ü" * 2500}, "5022 bytes"),
        ({"title": "a < b"}, "no < and >"),
    ],
)
def test_a_post_that_youtube_does_not_take_fails_with_the_rule(
    bench: Bench, content: dict[str, str], words: str
) -> None:
    target = bench.world(a_case(**content)).run()
    assert target.state is State.FAILED
    assert words in (target.error or "")
