from __future__ import annotations

from typing import Any

import pytest

from schedulerx.cloud.platforms.mastodon import TOKEN, MastodonStandIn
from schedulerx.cloud.platforms.serving import Fault
from schedulerx.posts.model import Content, State
from schedulerx.posts.outcomes import Absent, Unsure
from schedulerx.posts.platforms.mastodon import Mastodon, counted
from tests.posts.platforms.harness import Bench, Case, medium, prove_once

TEXT = "A walk & more\nhttps://example.org/a?b=c"
IMAGES = (medium("image/jpeg", b"a picture", alt="a tree"), medium("image/png", b"another"))
VIDEO = (medium("video/mp4", b"a video", duration_s=10.0, fps=25.0),)


def a_case(**changed: object) -> Case:
    return Case(
        platform=Mastodon(),
        stand_in=MastodonStandIn,
        content=Content(text=TEXT),
        tokens=lambda _: {"access_token": TOKEN},
        **changed,  # type: ignore[arg-type]  # fields of the case
    )


def test_whatever_befalls_a_request_a_post_with_pictures_is_visible_once(bench: Bench) -> None:
    assert prove_once(bench, a_case(media=IMAGES), may_be_unknown=set()) >= 30


def test_whatever_befalls_a_request_a_post_with_a_video_is_visible_once(bench: Bench) -> None:
    assert prove_once(bench, a_case(media=VIDEO), may_be_unknown=set()) >= 24


def test_a_medium_that_is_gone_is_uploaded_again(bench: Bench) -> None:
    world = bench.world(a_case(media=VIDEO))
    stand_in: Any = world.stand_in
    for _ in range(2):
        world.publisher.step(world.target_id, "a")  # uploaded, and being processed
    stand_in.media.clear()
    assert world.run().state is State.POSTED
    assert stand_in.asked.count("POST /api/v2/media") == 2


def test_a_throttle_is_waited_for_until_its_window_ends(bench: Bench) -> None:
    world = bench.world(a_case())
    world.stand_in.faults.append(Fault.THROTTLED)
    began = world.clock.now()
    assert world.run().state is State.POSTED
    assert (world.clock.now() - began).total_seconds() == 30


def test_sent_again_when_the_server_has_forgotten_the_key_it_is_looked_for_first(
    bench: Bench,
) -> None:
    world = bench.world(a_case())
    session = world.session()
    first = world.case.platform.publish(session)
    world.clock.turn(2 * 3600)
    assert world.case.platform.publish(session) == first
    assert len(world.stand_in.shown) == 1


def test_long_after_a_post_that_is_not_listed_is_for_a_person_to_look_for(bench: Bench) -> None:
    world = bench.world(a_case())
    session = world.session()
    session.handle = {"sent_at": world.clock.now().isoformat()}
    assert isinstance(world.case.platform.find(session), Absent)
    world.clock.turn(3600)
    found = world.case.platform.find(session)
    assert found == Unsure(hint="look at https://mastodon.example/@somebody")


def test_an_older_post_that_says_the_same_is_not_taken_for_it(bench: Bench) -> None:
    world = bench.world(a_case())
    session = world.session()
    world.case.platform.publish(session)
    world.clock.turn(7 * 86_400)
    session.handle = {"sent_at": world.clock.now().isoformat()}
    assert isinstance(world.case.platform.find(session), Absent)


@pytest.mark.parametrize(
    ("text", "count"),
    [("abc", 3), ("https://example.org/" + "x" * 99, 23), ("@a@b.example hi", 5), ("👨‍👩‍👧", 1)],
)
def test_a_text_counts_as_mastodon_counts_it(text: str, count: int) -> None:
    assert counted(text) == count


def test_the_warning_counts_too(bench: Bench) -> None:
    content = Content(text="x" * 495, options={"spoiler_text": "y" * 6})
    assert "501 characters" in (bench.world(a_case(), content=content).run().error or "")
