from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.posts.times import WrongTimeError, check_rule, due_at, next_occurrence

BERLIN = "Europe/Berlin"


def test_a_wall_clock_time_is_read_in_its_zone() -> None:
    assert due_at("2026-07-01 15:00", BERLIN) == datetime(2026, 7, 1, 13, tzinfo=UTC)
    assert due_at("2026-12-01T15:00", BERLIN) == datetime(2026, 12, 1, 14, tzinfo=UTC)


def test_an_offset_in_the_text_counts_more_than_the_zone() -> None:
    assert due_at("2026-07-01T15:00+00:00", BERLIN) == datetime(2026, 7, 1, 15, tzinfo=UTC)


def test_a_time_the_clocks_skip_is_refused() -> None:
    with pytest.raises(WrongTimeError, match="does not exist"):
        due_at("2026-03-29 02:30", BERLIN)


def test_a_time_the_clocks_show_twice_offers_both() -> None:
    with pytest.raises(WrongTimeError, match=r"\+02:00 or .*\+01:00"):
        due_at("2026-10-25 02:30", BERLIN)


@pytest.mark.parametrize("zone", ["Nowhere/Town", "", "../etc/passwd", "a\0b"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(WrongTimeError, match="no time zone"):
        due_at("2026-07-01 15:00", zone)


def test_a_text_that_is_no_time_is_shown_with_an_example() -> None:
    with pytest.raises(WrongTimeError, match="2026-12-24 15:00"):
        due_at("tomorrow", BERLIN)


def test_a_weekly_post_keeps_its_hour_when_the_clocks_change() -> None:
    start = due_at("2026-03-23 09:00", BERLIN)
    found = next_occurrence("FREQ=WEEKLY", BERLIN, start, start)
    assert found == due_at("2026-03-30 09:00", BERLIN)
    assert found - start == timedelta(days=7, hours=-1)


def test_a_rule_that_has_ended_has_no_next() -> None:
    start = due_at("2026-03-01 09:00", BERLIN)
    assert next_occurrence("FREQ=DAILY;COUNT=2", BERLIN, start, start + timedelta(days=1)) is None


def test_an_end_in_utc_is_meant_in_utc() -> None:
    start = due_at("2026-07-01 09:00", BERLIN)  # 07:00 UTC
    rule = "FREQ=DAILY;UNTIL=20260702T065959Z"
    assert next_occurrence(rule, BERLIN, start, start) is None


@pytest.mark.parametrize(
    "rule",
    ["", "weekly", "FREQ=SECONDLY", "FREQ=DAILY;COUNT=x", "A\nB", "FREQ=DAILY;INTERVAL=0",
     "FREQ=DAILY;COUNT=0", "FREQ=MINUTELY;BYSECOND=0,30", "EXRULE:FREQ=DAILY", "FREQ=DAILY;BYDAY=",
     "FREQ=DAILY;BYSETPOS=3"],
)  # fmt: skip
def test_a_rule_that_is_none_is_shown_with_an_example(rule: str) -> None:
    start = due_at("2026-07-01 09:00", BERLIN)
    with pytest.raises(WrongTimeError, match="FREQ=WEEKLY;BYDAY=MO,TH"):
        check_rule(rule, BERLIN, start)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=1", "FREQ=DAILY;UNTIL=20200101"])
def test_a_rule_that_never_comes_again_is_refused(rule: str) -> None:
    with pytest.raises(WrongTimeError, match="no occurrence after the first"):
        check_rule(rule, BERLIN, due_at("2026-07-01 09:00", BERLIN))


def test_the_last_working_day_of_each_month_is_meant() -> None:
    start = due_at("2026-01-30 09:00", BERLIN)
    rule, found = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", start
    days = []
    for _ in range(4):
        found = next_occurrence(rule, BERLIN, start, found) or start
        days.append(f"{found:%m-%d}")
    assert days == ["02-27", "03-31", "04-30", "05-29"]


def test_an_hour_that_the_clocks_skip_is_the_next_one() -> None:
    start = due_at("2026-03-28 02:30", BERLIN)
    found = next_occurrence("FREQ=DAILY", BERLIN, start, start)
    assert found == due_at("2026-03-29 03:30", BERLIN)
    assert next_occurrence("FREQ=DAILY", BERLIN, start, found) == due_at("2026-03-30 02:30", BERLIN)


@given(st.datetimes())
def test_a_time_is_read_back_as_written_or_refused(time: datetime) -> None:
    try:
        moment = due_at(time.isoformat(), "America/New_York")
    except WrongTimeError:
        return
    assert moment.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None) == time
