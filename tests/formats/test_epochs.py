from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.formats.epochs import apple_time, iso_time, unix_time

SECOND = 1_700_000_000
TIMES = st.datetimes(dt.datetime(2002, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001  (bounds of it have no zone)


@pytest.mark.parametrize("scale", [1, 1000, 10**6, 10**9])
def test_units_are_told_by_their_magnitude(scale: int) -> None:
    assert unix_time(SECOND * scale) == "2023-11-14T22:13:20+00:00"
    assert unix_time(float(SECOND * scale)) == "2023-11-14T22:13:20+00:00"


@given(TIMES)
def test_apples_times_come_back_in_either_unit(time: dt.datetime) -> None:
    whole = time.replace(microsecond=0)
    seconds = int(whole.timestamp()) - 978_307_200
    assert apple_time(seconds) == apple_time(seconds * 10**9) == whole.isoformat()


@pytest.mark.parametrize("count", [0, -1, 10**30, float("inf"), float("nan"), 9.2e18])
def test_what_is_no_time_is_none_or_far(count: float) -> None:
    found = unix_time(count)
    assert found is None or found > "2200"


def test_a_count_of_a_thousand_digits_is_no_time() -> None:
    assert unix_time(10**1000) is apple_time(-(10**1000)) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [("2010-01-15T17:59:43.25Z", "2010-01-15T17:59:43.250000+00:00"), ("soon", None), ("", None)],
)
def test_written_times_are_checked(written: str, read: str | None) -> None:
    assert iso_time(written) == read
