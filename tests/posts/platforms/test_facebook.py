from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any

import msgspec
import pytest

from schedulerx.cloud.platforms.facebook import PAGE, PAGE_TOKEN, FacebookStandIn
from schedulerx.cloud.platforms.graph import Says
from schedulerx.posts.model import Content, State
from schedulerx.posts.outcomes import AnswerLost, Published, Refused, Unsure
from schedulerx.posts.platforms.facebook import Facebook
from tests.posts.platforms.harness import Bench, Case, World, content_of, medium, prove_once

FEED, VIDEOS = f"POST /v23.0/{PAGE}/feed", f"POST /v23.0/{PAGE}/videos"
PHOTOS = (medium("image/jpeg", b"one", alt="a quay"), medium("image/png", b"two"))
FILM = (medium("video/mp4", bytes(range(250)), duration_s=10.0, fps=25.0),)


def a_case(**changed: Any) -> Case:
    told: dict[str, Any] = {"content": Content(text="A boat"), **changed}
    return Case(
        platform=Facebook(),
        stand_in=partial(FacebookStandIn, chunk=100),
        tokens=lambda stand_in: stand_in.connected(),
        **told,
    )


def facebook(world: World) -> FacebookStandIn:
    assert isinstance(world.stand_in, FacebookStandIn)
    return world.stand_in


def told(world: World, request: str, *says: Says) -> None:
    facebook(world).says[request] = deque(says)


@pytest.mark.parametrize(
    ("media", "ways", "unknown"), [((), 12, {FEED}), (PHOTOS, 20, {FEED}), (FILM, 36, set())]
)
def test_whatever_befalls_a_request_a_post_is_visible_once(
    bench: Bench, media: Any, ways: int, unknown: set[str]
) -> None:
    assert prove_once(bench, a_case(media=media), may_be_unknown=unknown) >= ways


def test_a_lost_answer_finds_the_new_post_not_an_older_one_that_says_the_same(
    bench: Bench,
) -> None:
    world = bench.world(a_case())
    older = {"id": "1", "message": "A boat", "created_time": "2026-02-01T10:00:00+0000"}
    facebook(world).feed[:] = [{**older, "id": "2", "message": "Another"}, older]
    told(world, FEED, Says(status=500, code=2, acts=True))
    assert world.run().platform_id == f"{PAGE}_3"


def test_a_lost_post_that_the_feed_does_not_show_is_left_to_a_person(bench: Bench) -> None:
    world = bench.world(a_case())
    told(world, FEED, Says(status=500, code=1))
    target = world.run()
    assert (target.state, world.stand_in.asked.count(FEED)) == (State.UNKNOWN, 1)
    assert "https://www.facebook.com/1001" in str(target.error)


def test_photos_are_attached_in_their_order_to_one_post(bench: Bench) -> None:
    world = bench.world(a_case(media=PHOTOS))
    assert world.run().url == "https://www.facebook.com/1001_1"
    (shown,) = world.stand_in.shown
    assert (shown.media, shown.text) == (2, "A boat")
    form = world.wire.sent[-1].form
    assert form is not None
    assert [form[f"attached_media[{n}]"] for n in (0, 1)] == [
        '{"media_fbid":"5000"}', '{"media_fbid":"5001"}'
    ]  # fmt: skip


def test_a_link_makes_a_card_where_there_is_no_photo(bench: Bench) -> None:
    content = Content(text="Look", link="https://example.org/a")
    world = bench.world(a_case(content=content))
    assert world.run().state is State.POSTED
    assert world.wire.sent[-1].form == {"message": "Look", "link": "https://example.org/a"}


def test_a_film_is_sent_as_the_server_asks_for_it(bench: Bench) -> None:
    world = bench.world(a_case(media=FILM))
    assert world.run().url == "https://www.facebook.com/1001/videos/9000/"
    files = [each.files["video_file_chunk"][1] for each in world.wire.sent if each.files]
    parts = [content_of(each) for each in files]
    assert list(map(len, parts)) == [100, 100, 50]
    assert b"".join(parts) == FILM[0][1]


def test_a_film_that_cannot_be_processed_fails_with_the_reason(bench: Bench) -> None:
    world = bench.world(a_case(media=FILM))
    facebook(world).troubles.append("the codec is not known")
    target = world.run()
    assert target.state is State.FAILED
    assert "the codec is not known" in str(target.error)


def test_a_no_to_the_first_end_of_an_upload_is_final(bench: Bench) -> None:
    world = bench.world(a_case(media=FILM))
    world.publisher.step(world.target_id, "first")
    session = world.session()
    Facebook().prepare(session)
    told(world, VIDEOS, Says(code=100))
    with pytest.raises(Refused):
        Facebook().publish(session)


def test_a_no_to_a_second_end_of_an_upload_says_nothing(bench: Bench) -> None:
    world = bench.world(a_case(media=FILM))
    world.publisher.step(world.target_id, "first")
    session = world.session()
    Facebook().prepare(session)
    Facebook().publish(session)
    with pytest.raises(AnswerLost):
        Facebook().publish(session)
    assert isinstance(Facebook().find(session), Unsure)
    world.clock.turn(60)
    assert isinstance(Facebook().find(session), Published)


def test_the_pages_token_is_asked_for_once_and_again_after_another_connection(
    bench: Bench,
) -> None:
    world = bench.world(a_case(media=PHOTOS))
    assert world.run().state is State.POSTED
    asked = "GET /v23.0/me/accounts"
    assert world.stand_in.asked.count(asked) == 1
    assert world.tokens.stored["page"]["token"] == PAGE_TOKEN
    access = facebook(world).desk.account()["access_token"]
    world.tokens.stored = {**world.tokens.stored, "access_token": access}
    Facebook().prepare(world.session())
    assert world.stand_in.asked.count(asked) == 2


def test_of_several_pages_the_one_named_is_posted_on(bench: Bench) -> None:
    world = bench.world(a_case(options={"page": "The harbour"}))
    facebook(world).pages.insert(0, {"id": "7", "name": "Another", "access_token": "no"})
    assert world.run().state is State.POSTED


def test_several_pages_and_none_named_are_told(bench: Bench) -> None:
    world = bench.world(a_case())
    facebook(world).pages.insert(0, {"id": "7", "name": "Another", "access_token": "no"})
    assert "Another, The harbour; set its option `page`" in str(world.run().error)


@pytest.mark.parametrize(
    ("says", "state"),
    [
        (Says(code=506, subcode=1455006), State.FAILED),
        (Says(status=403, code=368), State.FAILED),
        (Says(status=401, code=190), State.FAILED),
        (Says(status=403, code=32), State.POSTED),
        (Says(status=403, code=80_001), State.POSTED),
    ],
)
def test_what_the_feed_says_decides(bench: Bench, says: Says, state: State) -> None:
    world = bench.world(a_case())
    told(world, FEED, says)
    assert world.run().state is state


@pytest.mark.parametrize(
    ("text", "media", "rules"),
    [("a" * 63_206, (), []), ("a" * 63_207, (), ["text_length"]),
     ("", PHOTOS, [])],
)  # fmt: skip
def test_limits_are_those_of_pages(bench: Bench, text: str, media: Any, rules: list[str]) -> None:
    world = bench.world(a_case(content=Content(text=text), media=media))
    assert [each.rule for each in Facebook().check(world.draft())] == rules


REEL = medium("video/mp4", bytes(range(250)), width=1080, height=1920, duration_s=10.0, fps=30.0)
REELS = f"POST /v23.0/{PAGE}/video_reels"
AS_REEL = {"reel": "yes"}


def a_reel(**changed: Any) -> Case:
    return a_case(content=Content(text="A boat", options=AS_REEL), media=(REEL,), **changed)


def test_whatever_befalls_a_request_a_reel_is_visible_once(bench: Bench) -> None:
    assert prove_once(bench, a_reel(), may_be_unknown=set()) >= 24


def test_a_reel_goes_on_with_the_bytes_that_are_missing(bench: Bench) -> None:
    world = bench.world(a_reel())
    session = world.session()
    Facebook().prepare(session)
    film = facebook(world).films["9000"]
    film.received = 100
    session.handle["start"] = 0  # as after a connection that broke off
    Facebook().prepare(session)
    assert film.received == film.size == 250
    assert world.wire.sent[-1].headers["offset"] == "100"


def test_an_upload_that_is_closed_begins_anew(bench: Bench) -> None:
    world = bench.world(a_reel())
    world.publisher.step(world.target_id, "a")  # armed
    world.wire.kill = (2, "killed before")  # at the upload
    stand_in = facebook(world)
    stand_in.films.clear()
    assert world.run().state is State.POSTED
    assert len(stand_in.shown) == 1


@pytest.mark.parametrize(
    ("told", "rule"),
    [({"width": 1920, "height": 1080}, "aspect"), ({"duration_s": 91.0}, "duration"),
     ({"width": 405, "height": 720}, "width"), ({"fps": 15.0}, "fps")],
)  # fmt: skip
def test_what_no_reel_may_be_is_told(bench: Bench, told: dict[str, Any], rule: str) -> None:
    item = msgspec.structs.replace(REEL[0], **told)
    world = bench.world(a_case(content=Content(options=AS_REEL), media=((item, REEL[1]),)))
    assert rule in [each.rule for each in Facebook().check(world.draft())]
    assert Facebook().check(bench.world(a_reel()).draft()) == []


def test_a_reel_without_a_video_is_told(bench: Bench) -> None:
    world = bench.world(a_case(content=Content(text="A", options=AS_REEL)))
    assert [each.message for each in Facebook().check(world.draft())] == ["a reel needs a video"]
