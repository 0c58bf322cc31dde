from __future__ import annotations

from collections import deque
from typing import Any

import pytest

from schedulerx.cloud.platforms.graph import Says
from schedulerx.cloud.platforms.threads import ThreadsStandIn
from schedulerx.posts.model import Content, State
from schedulerx.posts.platforms.threads import Threads, counted
from tests.posts.platforms.harness import Bench, Case, medium, prove_once

USER = "/v1.0/17841400000000001"
PICTURE = medium("image/png", b"a picture", alt="a tree")
VIDEO = medium("video/mp4", b"a film", duration_s=10.0, fps=30.0, video_codec="h264")


def a_case(**changed: Any) -> Case:
    told: dict[str, Any] = {"content": Content(text="A tree"), **changed}
    return Case(
        platform=Threads(),
        stand_in=ThreadsStandIn,
        tokens=lambda stand_in: stand_in.connected(),
        **told,
    )


@pytest.mark.parametrize(("media", "ways"), [((), 30), ((PICTURE, VIDEO), 50)])
def test_whatever_befalls_a_request_a_post_is_visible_once(
    bench: Bench, media: Any, ways: int
) -> None:
    assert prove_once(bench, a_case(media=media), may_be_unknown=set()) >= ways


@pytest.mark.parametrize(
    ("media", "kind"),
    [((), "TEXT"), ((PICTURE,), "IMAGE"), ((VIDEO,), "VIDEO"), ((PICTURE,) * 20, "CAROUSEL")],
)
def test_a_post_is_of_the_kind_of_its_media(bench: Bench, media: Any, kind: str) -> None:
    world = bench.world(a_case(media=media))
    assert world.run().url == "https://threads.example/p/17900000000000000/"
    (shown,) = world.stand_in.shown
    assert (shown.extra["kind"], shown.media, shown.text) == (kind, len(media), "A tree")


@pytest.mark.parametrize(
    ("trouble", "state"),
    [("FAILED_DOWNLOADING_VIDEO", State.POSTED), ("INVALID_DURATION", State.FAILED)],
)
def test_what_a_container_says_went_wrong_decides(bench: Bench, trouble: str, state: State) -> None:
    world = bench.world(a_case(media=(VIDEO,)))
    assert isinstance(world.stand_in, ThreadsStandIn)
    world.stand_in.troubles.append(trouble)
    assert world.run().state is state


def test_a_no_to_what_went_out_is_not_believed(bench: Bench) -> None:
    world = bench.world(a_case())
    assert isinstance(world.stand_in, ThreadsStandIn)
    says = Says(status=500, code=2, acts=True)
    world.stand_in.says[f"POST {USER}/threads_publish"] = deque([says])
    assert world.run().state is State.POSTED
    assert len(world.stand_in.shown) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("a" * 500, 500), ("ä漢", 2), ("🌊", 4), ("🇩🇪", 8), ("ok 👍🏽", 11)],
)
def test_emoji_count_their_bytes(text: str, count: int) -> None:
    assert counted(text) == count


@pytest.mark.parametrize(
    ("text", "media", "rules"),
    [
        ("a" * 500, (), []),
        ("🌊" * 125, (), []),
        ("🌊" * 126, (), ["text_length"]),
        ("", (PICTURE,), []),
        ("", (PICTURE,) * 11 + (VIDEO,) * 10, ["media_count"]),
    ],
)
def test_limits_are_those_of_threads(bench: Bench, text: str, media: Any, rules: list[str]) -> None:
    world = bench.world(a_case(content=Content(text=text), media=media))
    assert [each.rule for each in Threads().check(world.draft())] == rules
