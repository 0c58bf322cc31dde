"""A platform that the house has never heard of, by its line in the registry alone."""

from __future__ import annotations

from typing import ClassVar

import pytest

from schedulerx.errors import ExitCode
from schedulerx.posts.limits import Limits
from schedulerx.posts.options import Option
from schedulerx.posts.outcomes import Published, Ready, Unsure, Waiting
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.registry import PLATFORMS
from tests.commands.post_commands import Command


class Wall:
    """A platform as small as one can be: implements `schedulerx.posts.platform.Platform`."""

    name = "wall"
    limits = Limits(max_text=20)
    options: ClassVar[dict[str, Option]] = {}
    oauth = None
    credentials = ()
    written: ClassVar[list[str]] = []

    def check(self, draft: Draft) -> list[Problem]:
        too_long = len(draft.content.text) > self.limits.max_text
        return [Problem(rule="text_length", message="too long for a wall")] if too_long else []

    def prepare(self, session: Session) -> Ready:
        return Ready()

    def publish(self, session: Session) -> Published:
        self.written.append(session.draft.content.text)
        return Published(platform_id="1", url="https://wall.example/1")

    def poll(self, session: Session) -> Waiting:
        return Waiting(seconds=1)

    def find(self, session: Session) -> Unsure:
        return Unsure(hint="look at the wall")


def test_a_platform_is_known_by_its_line_in_the_registry_alone(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLATFORMS, "wall", Wall())
    assert command("accounts", "add", "wall", "street")[1] == "street on wall is ready\n"
    _, out, err = command("posts", "add", "--account", "street", "--text", "x" * 21)
    assert "too long for a wall" in out + err
    code, _, err = command("posts", "add", "--account", "street", "--text", "hello")
    assert code == ExitCode.BALANCED, err
    assert "https://wall.example/1" in command("posts", "run_due")[1]
    assert Wall.written == ["hello"]
    assert "wall" in command("health")[1]
