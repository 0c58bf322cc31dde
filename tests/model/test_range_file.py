from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.model import range_file as module
from schedulerx.model.range_file import PIECE, range_file


def counting(content: bytes, asked: list[int]) -> module.Fetch:
    def fetch(start: int, length: int) -> bytes:
        asked.append(length)
        return content[start : start + length]

    return fetch


@given(st.binary(max_size=200), st.data())
def test_it_reads_what_lies_there(content: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, len(content) - start))
    file = range_file(counting(content, []), start, length)
    at = data.draw(st.integers(0, length))
    assert file.seek(at) == at
    assert file.read() == content[start + at : start + length]
    assert file.seek(0, 2) == length


def test_nothing_is_fetched_before_it_is_read() -> None:
    asked: list[int] = []
    file = range_file(counting(b"abc", asked), 0, 3)
    file.seek(0, 2)
    file.seek(0)
    assert asked == []


def test_no_more_than_a_piece_is_fetched_at_once_however_much_is_read() -> None:
    asked: list[int] = []
    content = bytes(2 * PIECE + 10)
    assert range_file(counting(content, asked), 0, len(content)).read() == content
    assert sum(asked) == len(content)
    assert max(asked) <= PIECE


def test_bytes_that_are_missing_are_an_error_and_not_an_end() -> None:
    with pytest.raises(EOFError):
        range_file(counting(b"abc", []), 0, 5).read()


def test_at_its_end_it_holds_nothing_and_can_be_read_again() -> None:
    asked: list[int] = []
    file = range_file(counting(b"abc", asked), 0, 3)
    for _ in range(2):
        file.seek(0)
        assert [file.read(2), file.read(2), file.read(2)] == [b"ab", b"c", b""]
    assert asked == [3, 3]
