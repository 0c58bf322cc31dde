# ruff: noqa: DTZ001  (the zone is given beside such times)
from __future__ import annotations

from datetime import datetime

import pytest

from schedulerx.posts.written_times import read_time


@pytest.mark.parametrize(
    "written",
    ["2031-02-01 10:05", "2031-02-01T10:05:00", "01.02.2031 10:05", "1.2.2031  10:05:00",
     "2031/02/01 10:05", "2031.02.01 10:05"],
)  # fmt: skip
def test_a_time_that_can_mean_one_thing_alone_is_read(written: str) -> None:
    assert read_time(written) == datetime(2031, 2, 1, 10, 5)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("1/2/2031 10:00", "which is the day"),
        ("13/01/2031 10:00", "which is the day"),  # as its neighbours in the column
        ("1/2/31 3:00 PM", "which is the day"),
        ("2031-01-02", "says no hour"),
        ("02.01.2031", "says no hour"),
        ("47850.41667", "as a spreadsheet counts"),
        ("47850,5", "as a spreadsheet counts"),
        ("32.01.2031 10:00", "is no time"),
        ("next week", "is no time"),
    ],
)
def test_a_time_that_cannot_be_meant_says_what_to_write(written: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"{words}.*2026-12-24 15:00"):
        read_time(written)
