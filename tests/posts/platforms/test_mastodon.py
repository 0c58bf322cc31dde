from __future__ import annotations

from schedulerx.cloud.platforms.mastodon import TOKEN, MastodonStandIn
from schedulerx.posts.model import Content
from schedulerx.posts.platforms.mastodon import Mastodon
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
