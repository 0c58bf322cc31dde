from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from schedulerx.cloud.platforms.telegram import CHANNEL, TOKEN, TelegramStandIn
from schedulerx.posts.model import Content, State
from schedulerx.posts.outcomes import NotAccepted
from schedulerx.posts.platforms.telegram import Telegram
from schedulerx.stores.http import HttpxClient
from tests.posts.platforms.harness import Bench, Case, medium, prove_once

PICTURE = medium("image/jpeg", b"a picture")
VIDEO = medium("video/mp4", b"a video", duration_s=10.0, fps=25.0)


def a_case(text: str = "Roses", **changed: Any) -> Case:
    return Case(
        platform=Telegram(),
        stand_in=TelegramStandIn,
        content=Content(text=text, link="https://example.org/"),
        **{"tokens": lambda _: {"bot_token": TOKEN}, "options": {"chat": CHANNEL}, **changed},
    )


@pytest.mark.parametrize(
    ("media", "method"),
    [
        ((), "sendMessage"),
        ((PICTURE,), "sendPhoto"),
        ((VIDEO,), "sendVideo"),
        ((PICTURE, VIDEO), "sendMediaGroup"),
    ],
)
def test_whatever_befalls_the_request_one_message_is_visible_or_a_person_is_asked(
    bench: Bench, media: tuple[Any, ...], method: str
) -> None:
    asked = f"POST /bot{TOKEN}/{method}"
    assert prove_once(bench, a_case(media=media), may_be_unknown={asked}) == 6


def test_a_message_has_an_address(bench: Bench) -> None:
    world = bench.world(a_case(media=(PICTURE, VIDEO)))
    assert world.run().url == "https://t.me/a_channel/1"
    assert (world.stand_in.shown[0].text, world.stand_in.shown[0].media) == (
        "Roses\n\nhttps://example.org/", 2
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"options": {}}, "chat=@NAME"),
        ({"options": {"chat": "@other"}}, "chat not found"),
        ({"text": "x" * 1010, "media": (PICTURE,)}, "caption has 1032 characters"),
        ({"text": "😀" * 2040}, "text has 4102 characters"),
        ({"tokens": lambda _: {"bot_token": "1:wrong"}}, "does not know the bot"),
    ],
)
def test_a_post_that_cannot_go_out_fails_with_the_reason(
    bench: Bench, changed: dict[str, Any], words: str
) -> None:
    target = bench.world(a_case(**changed)).run()
    assert target.state is State.FAILED
    assert words in (target.error or "")


def test_a_bot_that_is_not_in_the_channel_pauses_the_account(bench: Bench) -> None:
    world = bench.world(a_case())
    stand_in: Any = world.stand_in
    stand_in.is_member = False
    assert "make the bot an administrator" in (world.run().error or "")


@pytest.mark.parametrize("where", ["reachable", "unreachable"])
def test_the_bots_token_is_in_no_message_and_no_log(
    bench: Bench, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = f"1:{uuid4().hex}"
    world = bench.world(a_case(), tokens=lambda _: {"bot_token": token})
    session = world.session()
    with caplog.at_level(logging.DEBUG), HttpxClient() as http:
        session.http = http
        if where == "unreachable":
            session.account = replace(session.account, server="http://127.0.0.1:9")
            with pytest.raises(NotAccepted) as raised:
                world.case.platform.publish(session)
            assert token not in str(raised.value)
        assert token not in (world.run().error or "")
    assert token not in caplog.text
