from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.evidence.durations import add_seconds, parse_seconds
from schedulerx.evidence.times import (
    DateOrder,
    parse_clock,
    parse_time,
    written_precision,
)

DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


def test_a_clock_of_halves_beside_a_long_date_is_read() -> None:
    assert parse_clock("1/13/2024", "11:59 PM", MONTH) == "2024-01-13T23:59:00"
    assert parse_time("2024-01-13 11:59 PM", MONTH) == "2024-01-13T23:59:00"


def test_a_zone_may_stand_in_brackets() -> None:
    assert parse_time("13/02/2024 10:05:00(UTC+1)", DAY) == "2024-02-13T10:05:00+01:00"


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
        ("01-MAR-24 10.15.00.000000 AM", "2024-03-01T10:15:00"),
        ("01/Mar/2024:10:15:00 +0100", "2024-03-01T10:15:00+01:00"),
        ("31/02/2024", None),
        ("yesterday", None),
        ("123456", None),
        ("01/13/2024", "2024-01-13"),
        ("Sat, 03/02/2024 09:00", "2024-02-03T09:00:00"),
        ("24 de enero de 2024", "2024-01-24"),
        ("24. září 2024 8:05", "2024-09-24T08:05:00"),
        ("5 марта 2024, 10:00", "2024-03-05T10:00:00"),
        ("2024年1月24日 10:00", "2024-01-24T10:00:00"),
        ("Wed Aug 27 13:08:45 +0000 2008", "2008-08-27T13:08:45+00:00"),
        ("2nd March 2024", "2024-03-02"),
        ("March 2nd, 2024", "2024-03-02"),
        ("20240124", "2024-01-24"),
        ("2024-02", "2024-02"),
        ("Feb 2024", "2024-02"),
        ("2024", "2024"),
        ("24.01.2024 10:00 MEZ", "2024-01-24T10:00:00+01:00"),
        ("01/24/2024 10:00 PM EST", "2024-01-24T22:00:00-05:00"),
        ("2024-01-24 10:00 UTC+2", "2024-01-24T10:00:00+02:00"),
        ("2024-01-24 10:00:00 +0530", "2024-01-24T10:00:00+05:30"),
        ("45315.5", "2024-01-24T12:00:00"),
        ("45315", "2024-01-24"),
        ("13350000000000000", "2024-01-17T21:20:00+00:00"),
        ("133500000000000000", "2024-01-17T21:20:00+00:00"),
        ("727797600000000000", "2024-01-24T14:00:00+00:00"),
        ("1706104800123456789", "2024-01-24T14:00:00.123456+00:00"),
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


def test_a_column_of_apples_clock_counts_from_2001() -> None:
    assert parse_time("727797600", DAY, column="ZDATE (Cocoa)") == "2024-01-24T14:00:00+00:00"
    assert parse_time("727797600", DAY, column="date") == "1993-01-23T14:00:00+00:00"


@given(
    st.datetimes(dt.datetime.fromisoformat("2002-01-01"), dt.datetime.fromisoformat("2038-01-01"))
)
def test_counts_of_every_clock_are_read_back(time: dt.datetime) -> None:
    time = time.replace(microsecond=0, tzinfo=dt.UTC)
    unix = int(time.timestamp())
    windows = unix + 11_644_473_600
    for count in (unix, unix * 1000, unix * 10**6, unix * 10**9, windows * 10**6, windows * 10**7):
        assert parse_time(str(count), DAY) == time.isoformat()


@pytest.mark.parametrize(
    ("written", "precision"),
    [
        ("2024-01-24 10:00:05", "second"), ("03/02/2024, 16:38", "minute"), ("10:00 PM", "minute"),
        ("1704071479", "second"), ("20240124", None), ("03.02.2024", None),
    ],
)  # fmt: skip
def test_a_text_tells_how_exactly_it_tells_the_time(written: str, precision: str | None) -> None:
    assert written_precision(written) == precision
