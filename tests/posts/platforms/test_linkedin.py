from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.cloud.platforms.linkedin import LinkedInStandIn, as_read
from schedulerx.cloud.platforms.serving import Fault
from schedulerx.posts.ledger import Change
from schedulerx.posts.model import Content, State
from schedulerx.posts.outcomes import Published, Unsure
from schedulerx.posts.platforms.linkedin import LinkedIn
from schedulerx.posts.platforms.linkedin_text import escaped
from tests.posts.platforms.harness import Bench, Case, World, medium, prove_once

PICTURE = medium("image/jpeg", b"a picture", alt="a rose")
PICTURES = (PICTURE, medium("image/png", b"another"))
VIDEO = medium("video/mp4", b"a video of some length", duration_s=10.0, fps=25.0)


POST = "POST /rest/posts"


def a_case(**changed: Any) -> Case:
    told: dict[str, Any] = {"stand_in": lambda now: LinkedInStandIn(now, part=8), **changed}
    return Case(
        platform=LinkedIn(),
        content=Content(text="Roses (and thyme) #garden", link="https://example.org/a_b"),
        tokens=lambda stand_in: stand_in.desk.account(),
        **told,
    )


def linkedin(world: World) -> LinkedInStandIn:
    assert isinstance(world.stand_in, LinkedInStandIn)
    return world.stand_in


class Readable(LinkedInStandIn):
    """Of an application that may read posts."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now, part=8)
        self.readable = True


@pytest.mark.parametrize("media", [(), PICTURES, (VIDEO,)], ids=["article", "pictures", "video"])
def test_whatever_befalls_a_request_one_post_is_visible(
    bench: Bench, media: tuple[Any, ...]
) -> None:
    assert prove_once(bench, a_case(media=media), may_be_unknown={POST}) >= 12


def test_a_lost_answer_is_a_persons_to_resolve_and_nothing_is_sent_again(bench: Bench) -> None:
    world = bench.world(a_case())
    world.stand_in.faults.extend([Fault.NONE, Fault.UNANSWERED])
    target = world.run()
    assert target.state is State.UNKNOWN
    assert "recent-activity" in (target.error or "")
    assert world.stand_in.asked.count(POST) == 1


def test_an_application_that_may_read_finds_the_post_whose_answer_was_lost(bench: Bench) -> None:
    world = bench.world(a_case(stand_in=Readable))
    world.stand_in.faults.extend([Fault.NONE, Fault.UNANSWERED])
    target = world.run()
    assert (target.state, target.platform_id) == (State.POSTED, world.stand_in.shown[0].post_id)
    assert world.stand_in.asked.count(POST) == 1


def test_an_older_post_that_says_the_same_is_not_taken_for_the_lost_one(bench: Bench) -> None:
    world = bench.world(a_case(stand_in=Readable))
    older = {"id": "urn:li:share:1", "author": "urn:li:person:abc", "createdAt": 0,
             "commentary": escaped("Roses (and thyme) #garden")}  # fmt: skip
    linkedin(world).posts.append(older)
    world.stand_in.faults.extend([Fault.NONE, Fault.LOST])
    assert world.run().state is State.UNKNOWN


def test_a_page_is_looked_at_where_it_is_the_page_that_posts(bench: Bench) -> None:
    world = bench.world(a_case())
    session = world.session()
    sent_at = (world.clock.now() - timedelta(hours=2)).isoformat()
    session.handle = {"sent_at": sent_at, "author": "urn:li:organization:77"}
    found = world.case.platform.find(session)
    assert isinstance(found, Unsure)
    assert "company/77" in found.hint


def test_a_post_that_linkedin_calls_a_duplicate_after_a_loss_is_looked_at_by_a_person(
    bench: Bench,
) -> None:
    """It names posts that nobody can see, too."""
    world = bench.world(a_case())
    world.stand_in.faults.extend([Fault.NONE, Fault.UNANSWERED])
    linkedin(world).remembers_s = 86_400
    assert world.run().state is State.UNKNOWN
    answer = Change(source=State.UNKNOWN, to=State.PENDING, due_at=world.clock.now())
    world.publisher.ledger.move(world.target_id, answer)  # "it is not there", says a person
    target = world.run()
    assert target.state is State.UNKNOWN
    assert "urn:li:share:7000000000" in (target.error or "")


def test_a_version_that_is_no_longer_served_says_what_to_change(bench: Bench) -> None:
    target = bench.world(a_case(options={"version": "202401"})).run()
    assert target.state is State.FAILED
    assert "version=YYYYMM" in (target.error or "")


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


@given(st.text(alphabet="ab #_(){}[]<>@*~|\\\né🌹"))
def test_whatever_a_text_holds_its_readers_see_all_of_it(text: str) -> None:
    assert as_read(escaped(text)) == text
