from __future__ import annotations

from samples.demo_posts import Losing
from schedulerx.cloud.platforms.serving import Answer, Asked, Shown, StandIn


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
