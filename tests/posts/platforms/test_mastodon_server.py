"""What a Mastodon server tells of its own limits, and what counts then."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest

from schedulerx.cloud.platforms.mastodon import MastodonStandIn
from schedulerx.posts.checking import problems_of
from schedulerx.posts.http import Request, Response
from schedulerx.posts.intake import draft_of
from schedulerx.posts.limits import overlaid
from schedulerx.posts.model import SERVER_LIMITS, Account, Content, Post
from schedulerx.posts.outcomes import AnswerLost
from schedulerx.posts.platforms.mastodon import Mastodon
from tests.posts.platforms.harness import BEGUN, Clock, medium
from tests.posts.platforms.offline import Spoiled

SERVER = "http://127.0.0.1/mastodon"


class Saying:
    """A server that says one thing."""

    def __init__(self, body: Any, status: int = 200) -> None:
        self.answer = Response(status=status, body=msgspec.json.encode(body))

    def send(self, _: Request) -> Response:
        return self.answer


def told(configuration: Any) -> dict[str, Any]:
    return Mastodon().limits_at(Saying({"configuration": configuration}), SERVER)


def problems(limits: dict[str, Any], text: str = "", pictures: int = 0) -> list[str]:
    media = tuple(medium("image/jpeg", bytes([at]))[0] for at in range(pictures))
    post = Post(post_id=UUID(int=1), content=Content(text=text), media=media, due_at=BEGUN,
                created_at=BEGUN)  # fmt: skip
    account = Account(
        account_id=UUID(int=2), platform="mastodon", name="a", secret="s",
        options={SERVER_LIMITS: limits},
    )  # fmt: skip
    found = problems_of(draft_of(post, account, UUID(int=3)), Mastodon())
    return [each.message for each in found]


@pytest.mark.parametrize("is_older", [False, True])
def test_a_servers_own_limits_are_read(*, is_older: bool) -> None:
    stand_in = MastodonStandIn(Clock().seconds)
    stand_in.most_text, stand_in.most_media, stand_in.is_older = 5000, 16, is_older
    limits = overlaid(Mastodon().limits, Mastodon().limits_at(Spoiled(stand_in), SERVER))
    assert (limits.max_text, limits.max_pictures, limits.link_length) == (5000, 16, 23)
    assert limits.picture is not None
    assert limits.picture.max_bytes == 16_777_216
    assert limits.video is not None
    assert limits.video.media_types == ("video/mp4",)  # of those that both know
    assert (limits.video.max_fps, limits.max_videos) == (120, 1)


def test_what_the_server_takes_counts_for_its_accounts() -> None:
    text = "x" * 499 + " https://example.org/a-long-address-of-a-page"
    assert problems({}, text) == ["the text counts 523 characters, Mastodon takes 500"]
    limits = told({"statuses": {"max_characters": 510, "characters_reserved_per_url": 10}})
    assert problems(limits, text) == []
    assert problems({}, pictures=6) == ["the post has 6 pictures, mastodon takes 4"]
    assert problems(told({"statuses": {"max_media_attachments": 6}}), pictures=6) == []


def test_a_server_akin_tells_its_characters_in_its_own_way() -> None:
    assert Mastodon().limits_at(Saying({"max_toot_chars": 5000}), SERVER)["max_text"] == 5000


@pytest.mark.parametrize(
    "configuration",
    [
        {"statuses": {"max_characters": -1}},
        {"statuses": {"max_characters": 10**30}},
        {"statuses": {"max_characters": "many"}},
        {"statuses": []},
        "nothing",
    ],
)
def test_a_server_that_says_what_makes_no_sense_tells_nothing(configuration: Any) -> None:
    with pytest.raises(AnswerLost):
        told(configuration)


def test_a_server_that_says_nothing_has_the_usual_limits() -> None:
    silent: tuple[Any, ...] = ({}, None, {"media_attachments": {"supported_mime_types": []}})
    for configuration in silent:
        assert overlaid(Mastodon().limits, told(configuration)) == Mastodon().limits
    with pytest.raises(AnswerLost, match=r"does not tell its limits \(404\)"):
        Mastodon().limits_at(Saying({}, 404), SERVER)


@pytest.mark.parametrize("kept", [{"max_text": "x"}, {"picture": 1}, {"video": {"max_fps": []}}])
def test_limits_that_make_no_sense_are_left_out(kept: dict[str, Any]) -> None:
    assert overlaid(Mastodon().limits, kept) == Mastodon().limits
