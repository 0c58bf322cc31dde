from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.cloud.platforms.serving import Fault
from schedulerx.cloud.platforms.tiktok import TikTokStandIn
from schedulerx.posts.model import Content, State
from schedulerx.posts.platforms.tiktok import TikTok
from schedulerx.posts.platforms.tiktok_post import units
from schedulerx.posts.platforms.tiktok_upload import LEAST, chunks
from tests.posts.platforms.harness import Bench, Case, World, medium, prove_once

INIT, PHOTOS = "/v2/post/publish/video/init/", "/v2/post/publish/content/init/"
STATUS = "/v2/post/publish/status/fetch/"
FILM: dict[str, Any] = {"duration_s": 10.0, "fps": 30.0}
VIDEO = (medium("video/mp4", bytes(range(250)), **FILM),)
PICTURES = (medium("image/jpeg", b"one"), medium("image/webp", b"two"))


def a_case(**changed: object) -> Case:
    told = {"media": VIDEO, "content": Content(text="A film"), **changed}
    return Case(
        platform=TikTok(chunk=100),
        stand_in=partial(TikTokStandIn, least_chunk=100),
        tokens=lambda stand_in: stand_in.desk.account(),
        **told,  # type: ignore[arg-type]  # fields of the case
    )


def tiktok(world: World) -> TikTokStandIn:
    assert isinstance(world.stand_in, TikTokStandIn)
    return world.stand_in


def count(world: World, path: str) -> int:
    return sum(path in each for each in world.stand_in.asked)


def until(world: World, state: State) -> None:
    while world.publisher.step(world.target_id, "first").state is not state:
        pass


def test_whatever_befalls_a_request_a_video_is_visible_once(bench: Bench) -> None:
    assert prove_once(bench, a_case(), may_be_unknown=set()) >= 30


def test_whatever_befalls_a_request_photos_are_visible_once(bench: Bench) -> None:
    """Without an answer there is no publish_id to ask by."""
    assert prove_once(bench, a_case(media=PICTURES), may_be_unknown={f"POST {PHOTOS}"}) >= 18


def test_a_video_goes_out_in_chunks_of_the_true_sizes(bench: Bench) -> None:
    film = medium("video/mp4", bytes(LEAST * 2 + 1), **FILM)
    case = a_case(media=(film,))
    world = bench.world(case, platform=TikTok(chunk=LEAST), stand_in=TikTokStandIn)
    assert world.run().state is State.POSTED
    assert count(world, "PUT /upload/") == 2


def test_a_public_post_has_its_address(bench: Bench) -> None:
    target = bench.world(a_case()).run()
    assert target.url == "https://www.tiktok.com/@somebody/video/7000000000000000000"


def test_a_private_post_is_named_by_its_publish_id(bench: Bench) -> None:
    content = Content(text="mine", options={"privacy_level": "SELF_ONLY"})
    target = bench.world(a_case(content=content)).run()
    assert (target.state, target.platform_id, target.url) == (State.POSTED, "v_pub_1", None)


def test_a_token_that_ends_while_polling_is_renewed_and_the_same_post_asked_for(
    bench: Bench,
) -> None:
    world = bench.world(a_case())
    until(world, State.SENDING)
    tiktok(world).desk.end_access()
    target = world.run()
    assert (target.state, count(world, INIT), len(world.stand_in.shown)) == (State.POSTED, 1, 1)
    assert count(world, "/v2/oauth/token/") == 1


def test_access_taken_back_while_polling_does_not_fail_what_may_be_out(bench: Bench) -> None:
    world = bench.world(a_case())
    until(world, State.SENDING)
    tiktok(world).desk.revoke()
    world.publisher.step(world.target_id, "first")
    assert world.target().state is State.SENDING


def test_a_killed_upload_goes_on_with_the_chunk_it_was_at(bench: Bench) -> None:
    film = medium("video/mp4", bytes(550), **FILM)
    world = bench.world(a_case(media=(film,)))
    world.stand_in.faults.extend([*[Fault.NONE] * 4, Fault.UNANSWERED])  # the third chunk
    assert world.run().state is State.POSTED
    assert (count(world, INIT), count(world, "PUT /upload/")) == (1, 5)


def test_an_upload_whose_hour_is_over_begins_anew(bench: Bench) -> None:
    world = bench.world(a_case())
    world.stand_in.faults.extend([*[Fault.NONE] * 2, Fault.LOST])  # the first chunk
    world.publisher.step(world.target_id, "first")
    world.publisher.step(world.target_id, "first")
    world.clock.turn(timedelta(hours=2).total_seconds())
    assert world.run().state is State.POSTED
    assert (count(world, INIT), len(world.stand_in.shown)) == (2, 1)


def test_a_last_chunk_that_was_lost_until_the_hour_was_over_begins_anew(bench: Bench) -> None:
    world = bench.world(a_case())
    world.stand_in.faults.extend([*[Fault.NONE] * 3, Fault.LOST])  # the last chunk
    until(world, State.UNKNOWN)
    world.clock.turn(timedelta(hours=2).total_seconds())
    assert world.run().state is State.POSTED
    assert (count(world, INIT), len(world.stand_in.shown)) == (2, 1)


@pytest.mark.parametrize("reason", ["internal", "video_pull_failed"])
def test_what_failed_on_their_side_is_begun_anew(bench: Bench, reason: str) -> None:
    world = bench.world(a_case())
    tiktok(world).reasons.append(reason)
    assert world.run().state is State.POSTED
    assert (count(world, INIT), len(world.stand_in.shown)) == (2, 1)


@pytest.mark.parametrize(
    ("reason", "paused"),
    [("picture_size_check_failed", None), ("duration_check_failed", None),
     ("spam_risk_text", None), ("auth_removed", "auth_removed")],
)  # fmt: skip
def test_what_tiktok_will_not_publish_fails_with_its_reason(
    bench: Bench, reason: str, paused: str | None
) -> None:
    world = bench.world(a_case())
    tiktok(world).reasons.append(reason)
    target = world.run()
    assert (target.state, target.error_code) == (State.FAILED, reason)
    work = world.publisher.ledger.work(world.target_id)
    assert work is not None
    assert (paused or "") in (work.account.paused or "")
    assert (paused is None) == (work.account.paused is None)


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        (403, "spam_risk_user_banned_from_posting", State.FAILED),
        (403, "unaudited_client_can_only_post_to_private_accounts", State.FAILED),
        (400, "invalid_params", State.FAILED),
        (200, "invalid_params", State.FAILED),  # an error all the same
        (403, "reached_active_user_cap", State.PENDING),
        (403, "spam_risk_too_many_posts", State.PENDING),
        (429, "rate_limit_exceeded", State.PENDING),
        (500, "internal_error", State.PENDING),  # nothing is visible yet
    ],
)
def test_what_init_says_decides(bench: Bench, status: int, code: str, state: State) -> None:
    world = bench.world(a_case())
    tiktok(world).refusals[INIT] = (status, code)
    for _ in range(2):
        world.publisher.step(world.target_id, "first")
    target = world.target()
    assert (target.state, target.error_code) == (state, code)


def test_photos_from_a_domain_nobody_verified_are_refused_with_the_way_out(bench: Bench) -> None:
    world = bench.world(a_case(media=PICTURES))
    tiktok(world).verified = {"elsewhere.example"}
    target = world.run()
    assert target.state is State.FAILED
    assert "verify the media's domain" in str(target.error)


def test_a_privacy_the_account_does_not_offer_is_refused_before_anything_is_begun(
    bench: Bench,
) -> None:
    world = bench.world(a_case())
    tiktok(world).levels = ["SELF_ONLY"]
    target = world.run()
    assert (target.state, count(world, INIT)) == (State.FAILED, 0)
    assert "SELF_ONLY" in str(target.error)


def test_a_video_longer_than_the_account_may_post_is_refused(bench: Bench) -> None:
    world = bench.world(a_case())
    tiktok(world).longest_s = 9
    assert world.run().error_code == "duration"


@pytest.mark.parametrize(
    ("text", "title", "media", "rules"),
    [
        ("😀" * 1100, "", VIDEO, []),
        ("😀" * 1100 + "a", "", VIDEO, ["text_length"]),
        ("a" * 4000, "a" * 90, PICTURES, []),
        ("a" * 4001, "a" * 91, PICTURES, ["text_length", "title_length"]),
    ],
)
def test_text_is_counted_in_utf_16_units(
    bench: Bench, text: str, title: str, media: object, rules: list[str]
) -> None:
    world = bench.world(a_case(content=Content(text=text, title=title), media=media))
    assert [each.rule for each in TikTok().check(world.draft())] == rules


@given(st.text())
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units(text) == sum(2 if ord(each) > 0xFFFF else 1 for each in text)


@given(size=st.integers(1, 4 * 1024**3), chunk=st.integers(LEAST, 64 * 1024**2))
def test_chunks_cover_a_video_within_the_bounds(size: int, chunk: int) -> None:
    found = chunks(size, chunk)
    assert [start for start, _ in found] == [0, *[end for _, end in found[:-1]]]
    assert (found[-1][1], len(found)) == (size, max(1, size // chunk))
    assert all(end - start == chunk for start, end in found[:-1])
    assert found[-1][1] - found[-1][0] < 2 * chunk
