from __future__ import annotations

from schedulerx.cloud.platforms.linkedin import AUTHOR, LinkedInStandIn
from schedulerx.posts.model import Content, State
from schedulerx.posts.platforms.linkedin import LinkedIn
from tests.posts.platforms.harness import Bench, Case, medium, prove_once

TEXT = "We (all) met #spring_fair @ the *harbour*"
IMAGES = (medium("image/jpeg", b"a picture", alt="a tree"), medium("image/png", b"another"))
VIDEO = (medium("video/mp4", b"v" * (9 * 1024**2), duration_s=10.0, fps=25.0),)
LAST = {"POST /rest/posts"}


def a_case(**changed: object) -> Case:
    return Case(
        platform=LinkedIn(),
        stand_in=LinkedInStandIn,
        content=Content(text=TEXT),
        tokens=lambda stand_in: stand_in.desk.account(),
        options={"author": AUTHOR},
        **changed,  # type: ignore[arg-type]  # fields of the case
    )


def test_whatever_befalls_a_request_a_post_with_pictures_is_visible_once(bench: Bench) -> None:
    assert prove_once(bench, a_case(media=IMAGES), may_be_unknown=LAST) >= 30


def test_whatever_befalls_a_request_a_post_with_a_video_is_visible_once(bench: Bench) -> None:
    assert prove_once(bench, a_case(media=VIDEO), may_be_unknown=LAST) >= 30


def test_markup_in_a_text_is_meant_as_it_is_written_and_hashtags_are_links(bench: Bench) -> None:
    world = bench.world(a_case())
    assert world.run().state is State.POSTED
    said = world.stand_in.shown[0].text
    assert said == r"We \(all\) met {hashtag|\#|spring\_fair} \@ the \*harbour\*"


def test_a_post_that_is_there_already_is_adopted(bench: Bench) -> None:
    world = bench.world(a_case())
    session = world.session()
    first = world.case.platform.publish(session)
    assert world.case.platform.publish(session) == first
    assert len(world.stand_in.shown) == 1


def test_an_account_without_an_author_is_told_what_to_set(bench: Bench) -> None:
    world = bench.world(a_case(), options={})
    assert "author=urn:li:person:ID" in (world.run().error or "")


def test_a_token_that_ends_is_renewed_on_the_way(bench: Bench) -> None:
    world = bench.world(a_case(media=IMAGES))
    world.stand_in.desk.end_access()  # type: ignore[attr-defined]  # of this stand-in
    assert world.run().state is State.POSTED
