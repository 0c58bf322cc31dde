from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import Any

import pytest

from schedulerx.cloud.platforms.graph import Says
from schedulerx.cloud.platforms.instagram import InstagramStandIn
from schedulerx.posts.checking import problems_of
from schedulerx.posts.model import Content, State
from schedulerx.posts.platforms.instagram import Instagram
from tests.posts.platforms.harness import Bench, Case, World, medium, prove_once

USER = "/v23.0/17841400000000001"
MAKE, PUBLISH = f"POST {USER}/media", f"POST {USER}/media_publish"
PICTURE = medium("image/jpeg", b"a picture", alt="a tree")
REEL = medium("video/mp4", b"a film", duration_s=10.0, fps=30.0, video_codec="h264")
PERHAPS_LIVE = Says(status=403, code=4, subcode=2207051, acts=True)


def a_case(**changed: Any) -> Case:
    told: dict[str, Any] = {"media": (PICTURE,), "content": Content(text="A tree"), **changed}
    return Case(
        platform=Instagram(),
        stand_in=InstagramStandIn,
        tokens=lambda stand_in: stand_in.connected(),
        **told,
    )


def instagram(world: World) -> InstagramStandIn:
    assert isinstance(world.stand_in, InstagramStandIn)
    return world.stand_in


def told(world: World, request: str, *says: Says) -> None:
    instagram(world).says[request] = deque(says)


def until(world: World, state: State) -> None:
    while world.publisher.step(world.target_id, "first").state is not state:
        pass


@pytest.mark.parametrize(
    ("media", "ways"), [((PICTURE,), 30), ((REEL,), 30), ((PICTURE, REEL), 50)]
)
def test_whatever_befalls_a_request_a_post_is_visible_once(
    bench: Bench, media: Any, ways: int
) -> None:
    assert prove_once(bench, a_case(media=media), may_be_unknown=set()) >= ways


def test_a_post_has_the_address_of_its_medium_not_of_its_container(bench: Bench) -> None:
    world = bench.world(a_case())
    target = world.run()
    assert target.url == "https://instagram.example/p/17900000000000000/"
    assert (target.platform_id, world.stand_in.shown[0].media) == ("17900000000000000", 1)


def test_a_carousel_waits_for_its_videos_and_keeps_the_order(bench: Bench) -> None:
    world = bench.world(a_case(media=(REEL, PICTURE, REEL)))
    assert world.run().state is State.POSTED
    (shown,) = world.stand_in.shown
    kinds = [sorted(each.form) for each in list(instagram(world).containers.values())[:3]]
    assert (shown.media, shown.extra["kind"]) == (3, "CAROUSEL")
    assert ["video_url" in each for each in kinds] == [True, False, True]


def test_a_no_to_what_went_out_is_not_believed(bench: Bench) -> None:
    """Code 4/2207051 comes though the post is live."""
    world = bench.world(a_case())
    told(world, PUBLISH, PERHAPS_LIVE)
    target = world.run()
    assert (target.state, target.platform_id) == (State.POSTED, "17900000000000000")
    assert world.stand_in.asked.count(PUBLISH) == 1


@pytest.mark.parametrize(
    "says",
    [
        Says(code=9007, subcode=2207027),
        Says(status=500, code=-1, subcode=2207001),
        Says(status=400, code=2, passing=True),
        Says(status=403, code=4),
        Says(status=403, code=4, subcode=2207051),
        Says(code=-1, subcode=2207008),
    ],
)
def test_a_no_that_passes_publishes_the_same_container_later(bench: Bench, says: Says) -> None:
    world = bench.world(a_case())
    told(world, PUBLISH, says)
    assert world.run().state is State.POSTED
    assert (len(world.stand_in.shown), world.stand_in.asked.count(MAKE)) == (1, 1)


def test_a_container_that_stays_missing_is_made_anew(bench: Bench) -> None:
    world = bench.world(a_case())
    told(world, PUBLISH, *[Says(code=-1, subcode=2207008)] * 3)
    assert world.run().state is State.POSTED
    assert (len(world.stand_in.shown), world.stand_in.asked.count(MAKE)) == (1, 2)


@pytest.mark.parametrize("subcode", [2207003, 2207006, 2207020, 2207032, 2207053])
def test_what_another_container_may_mend_is_made_anew(bench: Bench, subcode: int) -> None:
    world = bench.world(a_case())
    told(world, MAKE, Says(code=-2, subcode=subcode))
    assert world.run().state is State.POSTED
    assert world.stand_in.asked.count(MAKE) == 2


@pytest.mark.parametrize("subcode", [2207004, 2207005, 2207009, 2207010, 2207026, 2207028])
def test_what_will_never_pass_fails_with_its_code(bench: Bench, subcode: int) -> None:
    world = bench.world(a_case())
    told(world, MAKE, Says(code=36000, subcode=subcode))
    target = world.run()
    assert (target.state, target.error_code) == (State.FAILED, str(subcode))
    assert world.stand_in.shown == []


@pytest.mark.parametrize(
    ("says", "paused"),
    [
        (Says(status=403, code=25, subcode=2207050), "2207050"),
        (Says(status=401, code=190), "connect the account again"),
        (Says(status=403, code=10), "permissions"),
    ],
)
def test_what_concerns_the_account_pauses_it(bench: Bench, says: Says, paused: str) -> None:
    world = bench.world(a_case())
    told(world, MAKE, says)
    assert world.run().state is State.FAILED
    work = world.publisher.ledger.work(world.target_id)
    assert work is not None
    assert paused in str(work.account.paused)


def test_the_days_posts_used_up_are_waited_for(bench: Bench) -> None:
    world = bench.world(a_case())
    instagram(world).used = 100
    until(world, State.PENDING)
    assert (world.target().error_code, world.stand_in.asked.count(MAKE)) == ("quota", 0)
    instagram(world).used = 0
    assert world.run().state is State.POSTED


def test_a_cap_told_only_when_publishing_is_waited_for(bench: Bench) -> None:
    world = bench.world(a_case())
    told(world, PUBLISH, Says(status=403, code=9, subcode=2207042))
    until(world, State.PENDING)
    assert world.target().due_at - world.clock.now() == timedelta(hours=6)
    assert world.run().state is State.POSTED


@pytest.mark.parametrize(
    ("trouble", "state", "made"),
    [
        ("Error: Media upload has failed with error code 2207053", State.POSTED, 2),
        ("Error: Media upload has failed with error code 2207026", State.FAILED, 1),
        ("Error", State.POSTED, 2),
    ],
)
def test_what_a_container_says_went_wrong_decides(
    bench: Bench, trouble: str, state: State, made: int
) -> None:
    world = bench.world(a_case(media=(REEL,)))
    instagram(world).troubles.append(trouble)
    assert world.run().state is state
    assert world.stand_in.asked.count(MAKE) == made


def test_a_container_that_ran_out_is_made_anew(bench: Bench) -> None:
    world = bench.world(a_case())
    told(world, PUBLISH, Says(status=403, code=4))
    until(world, State.PENDING)
    world.clock.turn(timedelta(hours=30).total_seconds())
    assert world.run().state is State.POSTED
    assert (len(world.stand_in.shown), world.stand_in.asked.count(MAKE)) == (1, 2)


def test_a_lost_answer_finds_the_new_post_not_an_older_one_that_says_the_same(
    bench: Bench,
) -> None:
    world = bench.world(a_case())
    told(world, PUBLISH, PERHAPS_LIVE)
    older = {"id": "1", "caption": "A tree", "timestamp": "2026-02-01T10:00:00+0000"}
    instagram(world)._posts["1"] = older
    assert world.run().platform_id == "17900000000000000"


def test_a_token_in_the_second_half_of_its_time_is_renewed_and_stored(bench: Bench) -> None:
    world = bench.world(a_case())
    before = world.tokens.stored["expires_at"]
    world.clock.turn(timedelta(days=31).total_seconds())
    assert world.run().state is State.POSTED
    assert world.tokens.stored["expires_at"] == before + 31 * 86_400
    assert world.stand_in.asked.count("GET /refresh_access_token") == 1


def test_a_renewal_that_fails_does_not_stop_a_post(bench: Bench) -> None:
    world = bench.world(a_case())
    instagram(world).routes.pop("GET /refresh_access_token")
    world.clock.turn(timedelta(days=31).total_seconds())
    assert world.run().state is State.POSTED


@pytest.mark.parametrize(
    ("text", "media", "rules"),
    [
        ("a" * 2200, [PICTURE], []),
        ("a" * 2201, [PICTURE], ["text_length"]),
        ("#tag " * 30 + "@one " * 20, [PICTURE], []),
        ("#tag " * 31 + "@one " * 21, [PICTURE], ["hashtags", "mentions"]),
        ("mail me@example.org, see a#b", [PICTURE], []),
        ("", [PICTURE] * 6 + [REEL] * 5, ["media_count"]),
        ("", [], ["media_count"]),
        ("", [medium("image/jpeg", b"tall", width=700, height=1000)], ["aspect"]),
        ("", [medium("image/png", b"png")], ["media_type"]),
    ],
)
def test_limits_are_instagrams(bench: Bench, text: str, media: Any, rules: list[str]) -> None:
    world = bench.world(a_case(content=Content(text=text), media=tuple(media)))
    assert [each.rule for each in problems_of(world.draft(), Instagram())] == rules
