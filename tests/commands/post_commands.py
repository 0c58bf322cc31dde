"""The commands about posts, run as a person runs them."""

from __future__ import annotations

from collections.abc import Callable

from schedulerx.errors import ExitCode

Told = tuple[int, str, str]  # the exit code, and what was said on both streams
Command = Callable[..., Told]


def with_account(command: Command) -> Command:
    """The command once there is an account that nothing answers for."""
    command("accounts", "add", "bluesky", "coast", "--server", "http://127.0.0.1:9",
            "--secret", "identifier", "--secret", "password", stdin="me\nhush\n")  # fmt: skip
    return command


def added(command: Command, *arguments: str) -> str:
    """The id of a post that is scheduled."""
    code, out, err = command("posts", "add", "--account", "coast", *arguments)
    assert code == ExitCode.BALANCED, err
    return out.split()[0]
