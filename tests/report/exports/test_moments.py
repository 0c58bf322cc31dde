"""Times as a program takes them, beside times as they are told."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.report.exports.moments import cells, times, with_times


def test_a_year_has_a_first_moment_and_no_instant() -> None:
    assert times("2024") == (None, datetime(2024, 1, 1))  # noqa: DTZ001  (a wall clock)


@pytest.mark.parametrize("told", ["no time", "", "0000-00-00", "9999-12-31T23:59:59-14:00"])
def test_what_is_no_time_has_no_moment(told: str) -> None:
    assert times(told)[0] is None


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_is_the_same_whatever_the_offset(moment: datetime) -> None:
    utc, wall = times(moment.isoformat())
    assert wall == moment.replace(tzinfo=None)
    if utc is not None:  # else it lies beyond the years that are known
        offset = moment.utcoffset()
        assert offset is not None
        assert utc == wall - offset


def test_a_spreadsheet_has_no_date_before_1900() -> None:
    assert cells({"start": "1899-12-31"})["start_local"] is None


def test_the_times_of_a_column_stand_beside_it() -> None:
    assert list(with_times(("path", "start"))) == ["path", "start", "start_utc", "start_local"]
