from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.evidence.times import (
    DateOrder,
    add_seconds,
    find_order,
    parse_clock,
    parse_seconds,
    parse_time,
)

DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-01-24 02:47:37", "2024-01-24T02:47:37"),
        ("2024-01-24T02:47:37Z", "2024-01-24T02:47:37+00:00"),
        ("2024-06-04T16:05:00-04:00", "2024-06-04T16:05:00-04:00"),
        ("2024-01-24 02:47+01", "2024-01-24T02:47:00+01:00"),
        ("2024/01/02", "2024-01-02"),
        ("03/02/2024, 16:38", "2024-02-03T16:38:00"),
        ("3.2.24 16:38", "2024-02-03T16:38:00"),
        ("01/12/2019, 08:49 p. m.", "2019-12-01T20:49:00"),
        ("06/12/20, 12:08 AM", "2020-12-06T00:08:00"),
        ("12 Jan 2024 10:00", "2024-01-12T10:00:00"),
        ("3. März 2024, 10:00 Uhr", "2024-03-03T10:00:00"),
        ("Jan 12, 2024 10:00 PM", "2024-01-12T22:00:00"),
        ("20240124T024737Z", "2024-01-24T02:47:37+00:00"),
        ("1704071479", "2024-01-01T01:11:19+00:00"),
        ("1579294140000", "2020-01-17T20:49:00+00:00"),
        ("31/02/2024", None),
        ("yesterday", None),
        ("12345", None),
    ],
)
def test_times_are_read_as_written(written: str, expected: str | None) -> None:
    assert parse_time(written, DAY) == expected


def test_an_offset_is_there_only_where_the_source_tells_it() -> None:
    assert parse_time("2024-01-24 02:47:37", DAY, utc=True) == "2024-01-24T02:47:37+00:00"
    assert parse_time("2024-01-24", DAY, utc=True) == "2024-01-24"


NAIVE = st.datetimes(
    dt.datetime.fromisoformat("1970-01-01"), dt.datetime.fromisoformat("2068-01-01")
)


@given(NAIVE, st.sampled_from(DateOrder))
def test_what_is_written_in_an_order_is_read_back_in_it(
    time: dt.datetime, order: DateOrder
) -> None:
    time = time.replace(microsecond=0)
    form = "%d/%m/%y %H:%M:%S" if order is DAY else "%m/%d/%y %H:%M:%S"
    assert parse_time(time.strftime(form), order) == time.isoformat()


@given(st.text())
def test_any_text_is_a_time_or_not_but_never_an_error(text: str) -> None:
    parse_time(text, DAY)
    parse_seconds(text)


def test_a_number_over_twelve_decides_for_the_whole_file() -> None:
    assert find_order(["01/02/2024", "01/20/2024"], DAY) is MONTH
    assert find_order(["01/02/2024", "20/01/2024"], MONTH) is DAY


def test_points_mean_day_first() -> None:
    assert find_order(["03.02.2024"], MONTH) is DAY


def test_without_such_a_number_what_changes_more_often_is_the_day() -> None:
    assert find_order(["03/02/2024", "04/02/2024", "05/02/2024"], MONTH) is DAY
    assert find_order(["02/03/2024", "02/04/2024", "02/05/2024"], DAY) is MONTH


def test_without_any_evidence_the_region_decides() -> None:
    assert find_order(["03/02/2024"], MONTH) is MONTH


def test_a_date_and_a_clock_in_two_columns_are_one_time() -> None:
    assert parse_clock("2024-01-24", "16:05", DAY) == "2024-01-24T16:05:00"
    assert parse_clock("2024-01-24", "", DAY) == "2024-01-24"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("75", 75), ("00:01:15", 75), ("1:15", 75), ("1m 15s", 75), ("2 h", 7200), ("", None)],
)
def test_durations_are_seconds(written: str, seconds: int | None) -> None:
    assert parse_seconds(written) == seconds


def test_an_end_needs_a_start_with_a_clock() -> None:
    assert add_seconds("2024-01-01T00:00:00+00:00", 60) == "2024-01-01T00:01:00+00:00"
    assert add_seconds("2024-01-01", 60) is None
