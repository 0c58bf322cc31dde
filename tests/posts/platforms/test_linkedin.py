from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schedulerx.cloud.platforms.linkedin import LinkedInStandIn
from schedulerx.cloud.platforms.serving import Fault
from schedulerx.posts.model import Content, State
from schedulerx.posts.outcomes import Published, Unsure
from schedulerx.posts.platforms.linkedin import LinkedIn, escaped
from tests.posts.platforms.harness import Bench, Case, medium, prove_once

PICTURE = medium("image/jpeg", b"a picture", alt="a rose")
PICTURES = (PICTURE, medium("image/png", b"another"))
VIDEO = medium("video/mp4", b"a video of some length", duration_s=10.0, fps=25.0)


def a_case(**changed: Any) -> Case:
    return Case(
        platform=LinkedIn(),
        stand_in=lambda now: LinkedInStandIn(now, part=8),
        content=Content(text="Roses (and thyme) #garden", link="https://example.org/a_b"),
        tokens=lambda stand_in: stand_in.desk.account(),
        **changed,
    )


@pytest.mark.parametrize("media", [(), PICTURES, (VIDEO,)], ids=["article", "pictures", "video"])
def test_whatever_befalls_a_request_one_post_is_visible_and_it_is_known(
    bench: Bench, media: tuple[Any, ...]
) -> None:
    """Killed while sending is the exception: it is looked for after a while."""
    assert prove_once(bench, a_case(media=media), may_be_unknown=set()) >= 12


def test_the_refusal_of_a_duplicate_names_the_post_whose_answer_was_lost(bench: Bench) -> None:
    world = bench.world(a_case())
    world.stand_in.faults.extend([Fault.NONE, Fault.UNANSWERED])
    target = world.run()
    assert (target.state, target.platform_id) == (State.POSTED, world.stand_in.shown[0].post_id)
    assert world.stand_in.asked.count("POST /rest/posts") == 2


def test_what_somebody_else_posted_is_not_taken_for_ours(bench: Bench) -> None:
    world = bench.world(a_case())
    assert isinstance(_published(world), Published)
    session = world.session()
    session.handle = {"author": "urn:li:person:abc"}
    with pytest.raises(Exception, match="posted by others"):
        world.case.platform.publish(session)


def _published(world: Any) -> Any:
    session = world.session()
    world.case.platform.prepare(session)
    return world.case.platform.publish(session)


def test_long_after_a_person_looks(bench: Bench) -> None:
    world = bench.world(a_case())
    session = world.session()
    session.handle = {"sent_at": (world.clock.now() - timedelta(hours=2)).isoformat()}
    assert isinstance(world.case.platform.find(session), Unsure)


def test_a_throttle_without_an_end_is_waited_for_until_midnight(bench: Bench) -> None:
    world = bench.world(a_case())
    world.stand_in.faults.append(Fault.THROTTLED)
    began = world.clock.now()
    assert world.run().state is State.POSTED
    assert world.clock.now() - began == timedelta(hours=9)


def test_a_revoked_permission_pauses_the_account(bench: Bench) -> None:
    world = bench.world(a_case())
    stand_in: Any = world.stand_in
    stand_in.desk.revoke()
    assert "connect the account again" in (world.run().error or "")


def test_reserved_characters_are_escaped_and_hashtags_are_links() -> None:
    assert escaped("a_b (c) # #tag @x \\") == "a\\_b \\(c\\) \\# {hashtag|\\#|tag} \\@x \\\\"
