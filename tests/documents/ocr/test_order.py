from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from schedulerx.documents.ocr.engine import Line
from schedulerx.documents.ocr.order import reading_order


def line(text: str, left: float, top: float, width: float = 100, height: float = 10) -> Line:
    right, bottom = left + width, top + height
    box = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Line(text=text, box=box, confidence=1.0)


def read(*lines: Line) -> str:
    return "".join(each.text for each in reading_order(lines))


def test_lines_are_read_from_top_to_bottom() -> None:
    for lines in permutations([line("a", 0, 0), line("b", 0, 20), line("c", 0, 40)]):
        assert read(*lines) == "abc"


def test_pieces_of_one_row_are_read_from_left_to_right() -> None:
    assert read(line("b", 150, 2), line("a", 0, 0), line("d", 150, 19), line("c", 0, 20)) == "abcd"


def test_columns_are_read_one_after_the_other() -> None:
    left = [line(text, 0, 20 * row) for row, text in enumerate("abcd")]
    right = [line(text, 150, 20 * row + 3) for row, text in enumerate("efgh")]
    assert read(*right, *left) == "abcdefgh"


def test_a_heading_across_both_columns_comes_first() -> None:
    heading = line("H", 0, 0, width=250)
    left = [line(text, 0, 20 * row + 30) for row, text in enumerate("abcd")]
    right = [line(text, 150, 20 * row + 33) for row, text in enumerate("efgh")]
    assert read(*right, *left, heading) == "Habcdefgh"


def test_a_line_across_both_columns_parts_what_is_above_from_what_is_below() -> None:
    def column(left: float, top: float, texts: str) -> list[Line]:
        return [line(text, left, top + 20 * row) for row, text in enumerate(texts)]

    upper = [*column(0, 0, "abc"), *column(150, 0, "def")]
    lower = [*column(0, 90, "ghi"), *column(150, 90, "jkl")]
    assert read(*lower, line("H", 0, 65, width=250), *upper) == "abcdefHghijkl"


def test_prices_stay_beside_what_they_are_for() -> None:
    things = [line(text, 0, 20 * row) for row, text in enumerate("ace")]
    prices = [line(text, 300, 20 * row + 2, width=30) for row, text in enumerate("bdf")]
    assert read(*prices, *things) == "abcdef"


@given(
    st.lists(
        st.tuples(st.floats(0, 1000), st.floats(0, 1000), st.floats(1, 400), st.floats(1, 50)),
        max_size=30,
    )
)
def test_every_line_is_read_exactly_once(boxes: list[tuple[float, float, float, float]]) -> None:
    lines = [line(str(number), *box) for number, box in enumerate(boxes)]
    assert sorted(each.text for each in reading_order(lines)) == sorted(each.text for each in lines)
