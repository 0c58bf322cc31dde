"""What steps share of a file."""

from __future__ import annotations

import pytest

from schedulerx.model.memo import Memo


def test_a_value_is_made_once_and_again_after_it_was_let_go() -> None:
    made: list[int] = []
    memo = Memo()

    def make() -> int:
        made.append(len(made))
        return made[-1]

    assert [memo.once("a", make), memo.once("a", make), memo.once("b", make)] == [0, 0, 1]
    memo.clear()
    assert memo.once("a", make) == 2


def test_an_error_is_not_kept() -> None:
    memo = Memo()

    def fail() -> int:
        raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        memo.once("a", fail)
    assert memo.once("a", lambda: 7) == 7
