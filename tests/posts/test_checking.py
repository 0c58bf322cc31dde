from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from schedulerx.posts.checking import breaches, problems_of
from schedulerx.posts.limits import MediaLimits
from schedulerx.posts.model import Content, MediaItem
from schedulerx.posts.platform import Draft
from schedulerx.posts.platforms.bluesky import Bluesky
from schedulerx.posts.platforms.mastodon import Mastodon

PHOTO = MediaItem(
    key="k", sha256="0" * 64, media_type="image/jpeg", bytes=1000, name="a.jpg", width=400,
    height=300,
)  # fmt: skip
VIDEO = msgspec.structs.replace(
    PHOTO, media_type="video/mp4", duration_s=9.5, fps=30.0, video_codec="h264", audio_codec="aac"
)


def draft(*media: MediaItem, text: str = "") -> Draft:
    return Draft(
        post_id=uuid4(), target_id=uuid4(), attempt=1, content=Content(text=text), media=media,
        due_at=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip


def rules(found: Draft) -> list[str]:
    return [problem.rule for problem in problems_of(found, Bluesky())]


def test_a_post_within_all_limits_has_no_problem() -> None:
    assert problems_of(draft(PHOTO, text="hello"), Bluesky()) == []


def test_too_many_pictures_are_counted_in_the_message() -> None:
    (problem,) = problems_of(draft(*[PHOTO] * 5), Bluesky())
    assert problem.message == "the post has 5 pictures, bluesky takes 4"


def test_a_picture_beside_a_video_is_told() -> None:
    assert rules(draft(PHOTO, VIDEO)) == ["media_mixed"]


def test_graphemes_are_counted_not_code_points() -> None:
    assert rules(draft(text="👩‍👩‍👧" * 100)) == []
    assert rules(draft(text="a" * 301)) == ["text_length"]


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        ({"max_bytes": 999}, "bytes"),
        ({"min_width": 401}, "width"),
        ({"max_height": 299}, "height"),
        ({"max_pixels": 119_999}, "pixels"),
        ({"max_aspect": 1.3}, "aspect"),
        ({"min_aspect": 1.4}, "aspect"),
        ({"max_seconds": 9.4}, "duration"),
        ({"min_fps": 31.0}, "fps"),
        ({"video_codecs": ("hevc",)}, "video_codec"),
        ({"audio_codecs": ("opus",)}, "audio_codec"),
    ],
)
def test_each_limit_is_held(limits: dict[str, Any], rule: str) -> None:
    told = list(breaches(VIDEO, MediaLimits(media_types=("video/mp4",), **limits)))
    assert [each.rule for each in told] == [rule]


def test_what_is_not_known_breaks_no_rule() -> None:
    unknown = MediaItem(key="k", sha256="", media_type="image/png", bytes=1)
    limits = MediaLimits(media_types=("image/png",), min_width=10, max_seconds=1, max_aspect=1)
    assert list(breaches(unknown, limits)) == []


@pytest.mark.parametrize("link", ["example.org", "javascript:alert(1)", "https://", "https://a b"])
def test_a_link_is_an_address_of_the_web(link: str) -> None:
    found = msgspec.structs.replace(Content(text="see"), link=link)
    (problem,) = problems_of(replace(draft(), content=found), Bluesky())
    assert (problem.rule, link in problem.message) == ("link", True)


def test_a_post_says_something_or_shows_something() -> None:
    assert rules(draft(text=" \n")) == ["empty"]
    assert rules(draft(PHOTO)) == []


def test_an_option_that_says_what_it_may_not_is_told_before_the_post_goes_out() -> None:
    content = Content(text="hello", options={"visibility": "privat"})
    (problem,) = problems_of(replace(draft(), content=content), Mastodon())
    assert problem.message == (
        "the option visibility is 'privat', not public or unlisted or private"
    )


def test_a_video_on_bluesky_has_a_shorter_alt_text_than_a_picture() -> None:
    alt = "a" * 1001
    assert rules(draft(msgspec.structs.replace(VIDEO, alt=alt), text="x")) == ["alt_length"]
    assert rules(draft(msgspec.structs.replace(PHOTO, alt=alt), text="x")) == []


@pytest.mark.parametrize(("languages", "rules_"), [("en, fr, de", []), ("en,fr,de,it", ["option"])])
def test_a_post_on_bluesky_names_three_languages_at_most(languages: str, rules_: list[str]) -> None:
    content = Content(text="hello", options={"languages": languages})
    found = problems_of(replace(draft(), content=content), Bluesky())
    assert [each.rule for each in found] == rules_
