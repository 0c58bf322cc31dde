"""Day first or month first: found for a whole source, never by row."""

from __future__ import annotations

import datetime as dt

from hypothesis import assume, given
from hypothesis import strategies as st

from schedulerx.evidence.conventions import Convention, find_convention
from schedulerx.evidence.times import DateOrder, parse_time

DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


def found(*texts: str, region: str = "US", hint: DateOrder | None = None) -> Convention:
    return find_convention((("date", text) for text in texts), region, hint)


def test_a_number_over_twelve_decides_for_the_whole_source() -> None:
    assert found("01/02/2024", "01/20/2024", region="DE") == Convention(MONTH)
    assert found("01/02/2024", "20/01/2024") == Convention(DAY)


def test_points_mean_day_first() -> None:
    assert found("03.02.2024") == Convention(DAY)


def test_a_weekday_decides_where_it_fits_one_reading_only() -> None:
    assert found("Sat 03/02/2024").doubt  # 2 March 2024 is a Saturday, too
    assert found("Mo 05/02/2024") == Convention(DAY)
    assert found("Thu 05/02/2024", region="DE") == Convention(MONTH)


def test_dates_that_follow_each_other_by_days_decide() -> None:
    days = [f"{day:02}/02/2024" for day in range(3, 9)]
    assert found(*days) == Convention(DAY)
    assert found(*reversed(days)) == Convention(DAY)
    assert found(*(f"02/{day:02}/2024" for day in range(3, 9)), region="DE") == Convention(MONTH)


def test_few_dates_suggest_an_order_and_leave_a_doubt() -> None:
    suggested = found("03/02/2024", "04/02/2024")
    assert suggested.order is DAY
    assert suggested.doubt_of("03/02/2024")
    assert not suggested.doubt_of("02/02/2024")
    assert not suggested.doubt_of("2024-03-02")


def test_without_any_evidence_language_or_region_decide_with_a_doubt() -> None:
    assert found("03/02/2024").order is MONTH
    assert found("03/02/2024", hint=DAY).order is DAY
    assert found("03/02/2024", region="DE").order is DAY
    assert found("03/02/2024").doubt


def test_a_source_that_writes_both_is_doubtful() -> None:
    both = found("13/02/2024", "14/02/2024", "02/13/2024")
    assert both.order is DAY
    assert both.doubt_of("03/02/2024")
    assert not both.doubt_of("02/13/2024")


def test_nothing_is_doubtful_where_no_date_is_open() -> None:
    assert not found("2024-02-03", "02/02/2024").doubt


DATES = st.dates(dt.date.fromisoformat("1975-01-01"), dt.date.fromisoformat("2060-01-01"))


@given(
    st.lists(DATES, min_size=1, max_size=30),
    st.sampled_from(DateOrder),
    st.sampled_from(["US", "DE"]),
)
def test_what_is_certain_is_right(dates: list[dt.date], order: DateOrder, region: str) -> None:
    form = "%d/%m/%Y" if order is DAY else "%m/%d/%Y"
    assume(any(date.day > 12 for date in dates))
    written = [date.strftime(form) for date in dates]
    convention = found(*written, region=region)
    assert convention == Convention(order)
    assert [parse_time(text, order) for text in written] == [date.isoformat() for date in dates]


@given(st.lists(DATES, min_size=1, max_size=30), st.sampled_from(DateOrder))
def test_proofs_do_not_depend_on_the_order_of_rows(dates: list[dt.date], order: DateOrder) -> None:
    form = "%d-%m-%y" if order is DAY else "%m-%d-%y"
    assume(any(date.day > 12 for date in dates))
    written = [date.strftime(form) for date in dates]
    assert found(*sorted(written)) == found(*reversed(written)) == Convention(order)
