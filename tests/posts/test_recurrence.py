# ruff: noqa: DTZ001  (times on the wall clock have no zone)
from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.posts.recurrence import next_on_clock

PLACE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 7, 1, 9)
COMING = (
    "FREQ=DAILY",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=5",
    "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO",
    "FREQ=YEARLY;BYMONTH=2;BYDAY=2SU",
    "FREQ=DAILY;BYYEARDAY=-1,60",
    "FREQ=HOURLY;INTERVAL=7;BYHOUR=3",
    "FREQ=DAILY;COUNT=40;INTERVAL=11",
)


@given(
    st.sampled_from(COMING),
    st.datetimes(datetime(2000, 1, 1), datetime(2200, 12, 31)),
    st.integers(0, 8 * 366 * 24),
)
def test_what_is_found_is_what_a_search_through_all_time_finds(
    rule: str, start: datetime, hours: int
) -> None:
    start = start.replace(microsecond=0)
    after = start + timedelta(hours=hours)
    assert next_on_clock(rule, PLACE, start, after) == rrulestr(rule, dtstart=start).after(after)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;BYHOUR=3;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=4,6,9,11;BYMONTHDAY=31",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",  # from a Wednesday on
        "FREQ=YEARLY;BYWEEKNO=54",
        "FREQ=HOURLY;BYSETPOS=5;BYDAY=MO",
    ],
)
def test_a_rule_whose_parts_never_meet_is_found_out_without_looking_through_all_time(
    rule: str,
) -> None:
    """As it was looked for, some of these took a minute."""
    assert next_on_clock(rule, PLACE, START, START) is None


def test_a_leap_day_comes_every_four_years_and_every_eight_where_one_falls_out() -> None:
    rule, leap = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", datetime(2096, 2, 29, 9)
    assert next_on_clock(rule, PLACE, leap, leap) == datetime(2104, 2, 29, 9)
    assert next_on_clock(rule, PLACE, START, START) == datetime(2028, 2, 29, 9)


def test_the_thirty_first_is_left_out_where_there_is_none() -> None:
    rule, found, days = "FREQ=MONTHLY", datetime(2026, 1, 31, 9), []
    for _ in range(4):
        found = next_on_clock(rule, PLACE, datetime(2026, 1, 31, 9), found) or START
        days.append(f"{found:%m-%d}")
    assert days == ["03-31", "05-31", "07-31", "08-31"]


@pytest.mark.parametrize(
    ("until", "count"),
    [("20260703", 2), ("20260703T085959", 1), ("20260703T070000Z", 2), ("20260703T065959Z", 1)],
)
def test_an_end_that_is_a_day_counts_to_its_end(until: str, count: int) -> None:
    found: datetime | None = START
    days = []
    while found is not None:
        days.append(found.day)
        found = next_on_clock(f"FREQ=DAILY;UNTIL={until}", PLACE, START, found)
    assert days == [1, 2, 3][: count + 1]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL=TOMORROW is no time"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "not both"),
        ("FREQ=MINUTELY;BYSETPOS=2;BYDAY=MO", "nothing to choose from"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_told(rule: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        next_on_clock(rule, PLACE, START, START)
