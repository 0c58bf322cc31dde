"""Telling a chat, by the commands alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from schedulerx.cloud.platforms.serving import serving
from schedulerx.cloud.platforms.telegram import CHANNEL, TOKEN, TelegramStandIn
from schedulerx.errors import ExitCode
from tests.commands.post_commands import Command


@pytest.fixture
def chat() -> TelegramStandIn:
    return TelegramStandIn(time.time)


@pytest.fixture
def server(chat: TelegramStandIn) -> Iterator[str]:
    with serving({"telegram": chat}) as base:
        yield f"{base}/telegram"


def test_a_chat_is_told_of_a_post_that_failed_from_run_due(
    command: Command, chat: TelegramStandIn, server: str, posts_folder: Path
) -> None:
    code, out, err = command(
        "posts", "notify", "--telegram", CHANNEL, "--server", server, stdin=f"{TOKEN}\n"
    )
    assert code == ExitCode.BALANCED, err
    assert out.endswith("is told of posts: failed, unknown\n")
    # A channel whose bot is none: refused at once.
    command("accounts", "add", "telegram", "gone", "--server", server, "--secret", "bot_token",
            "--option", f"chat={CHANNEL}", stdin="1:nobody\n")  # fmt: skip
    code, _, err = command("posts", "add", "--account", "gone", "--text", "Tide")
    assert code == ExitCode.BALANCED, err
    assert command("posts", "run_due")[0] == ExitCode.FAILURES
    command("posts", "run_due")
    words = [each.text for each in chat.shown]
    assert [each.partition("\n")[0] for each in words] == [
        "SchedulerX tells you here of posts: failed, unknown.", "Failed on gone (telegram): “Tide”"
    ]  # fmt: skip
    assert "1 told, 0 waiting, 0 that may not" in command("posts", "notify")[1]
    kept = b"".join(each.read_bytes() for each in (posts_folder / "credentials").iterdir())
    assert TOKEN.encode() not in kept
    command("posts", "notify", "--off")
    assert "nobody is told" in command("posts", "notify")[1]


def test_nothing_is_set_where_the_first_message_does_not_arrive(
    command: Command, chat: TelegramStandIn, server: str
) -> None:
    chat.is_member = False
    code, _, err = command(
        "posts", "notify", "--telegram", CHANNEL, "--server", server, stdin=f"{TOKEN}\n"
    )
    assert code == ExitCode.USAGE
    assert "bot is not a member" in err
    assert TOKEN not in err
    assert "nobody is told" in command("posts", "notify")[1]
