from __future__ import annotations

from pathlib import Path

import pytest

from samples.demo_posts import Losing, begin_anew
from schedulerx.cloud.platforms.serving import Answer, Asked, Shown, StandIn
from schedulerx.errors import ConfigurationError


class Board(StandIn):
    """Shows whatever is posted."""

    def __init__(self) -> None:
        super().__init__(now=lambda: 0.0)
        self.routes = {"POST /posts": self._post, "GET /posts": lambda _: Answer(json=[])}

    def _post(self, _: Asked) -> Answer:
        self.shown.append(Shown(post_id="1", text=""))
        return Answer(status=201)


def asked(method: str) -> Asked:
    return Asked(method=method, path="/posts", query={}, headers={}, body=b"")


def test_the_answer_to_the_first_post_is_lost_after_it_is_shown_and_no_other() -> None:
    board = Board()
    losing = Losing(board)
    assert losing.handle(asked("GET")) == Answer(json=[])
    assert (losing.handle(asked("POST")), len(board.shown)) == (None, 1)
    assert losing.handle(asked("POST")) == Answer(status=201)


def test_only_what_a_demonstration_made_is_removed(tmp_path: Path) -> None:
    theirs = tmp_path / "posts-data"
    theirs.mkdir()
    (theirs / "database").touch()
    with pytest.raises(ConfigurationError, match="posts-data holds something else"):
        begin_anew(theirs)
    assert (theirs / "database").exists()


def test_a_demonstration_begins_anew(tmp_path: Path) -> None:
    begin_anew(tmp_path / "demo")
    (tmp_path / "demo" / "left").touch()
    begin_anew(tmp_path / "demo")
    assert not (tmp_path / "demo" / "left").exists()
