"""Which time counts, and in which zone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.media.moments import CAPTURES, Moment, capture, offset_by_fix

NOON = datetime(2024, 6, 1, 12, 0, 0)  # noqa: DTZ001  (local time, as cameras write it)


def test_the_most_trusted_tag_counts_whatever_the_order() -> None:
    moments = [Moment(tag, NOON + timedelta(hours=at)) for at, tag in enumerate(CAPTURES)]
    for order in (moments, moments[::-1]):
        taken = capture(order)
        assert taken is not None
        assert (taken.captured_at, taken.captured_from) == ("2024-06-01T12:00:00", CAPTURES[0])


def test_a_time_of_the_file_is_no_capture() -> None:
    assert capture([Moment("XMP-xmp:CreateDate", NOON, "+02:00")]) is None


def test_an_own_offset_is_taken_before_the_satellites() -> None:
    taken = capture([Moment(CAPTURES[0], NOON, "+01:00")], fix=NOON - timedelta(hours=2))
    assert taken is not None
    assert (taken.captured_at, taken.zone_from) == ("2024-06-01T12:00:00+01:00", None)


@pytest.mark.parametrize(
    ("behind", "longitude", "offset"),
    [
        (timedelta(hours=2, seconds=30), 9.0, "+02:00"),
        (timedelta(hours=-7), -122.0, "-07:00"),
        (timedelta(hours=5, minutes=45), 85.0, "+05:45"),
        (timedelta(), 0.0, "+00:00"),
        (timedelta(hours=13), -172.0, "+13:00"),  # Samoa, east of the date line by its clock
        (timedelta(hours=2, minutes=17), 9.0, None),  # an old fix, or a clock that is wrong
        (timedelta(), 139.0, None),  # local time written for UTC
        (timedelta(days=3), 9.0, None),
    ],
)
def test_the_zone_follows_from_the_satellites(
    behind: timedelta, longitude: float, offset: str | None
) -> None:
    assert offset_by_fix(NOON, NOON - behind, longitude) == offset


@given(st.datetimes(), st.datetimes(), st.none() | st.floats(-180, 180))
def test_an_offset_is_one_that_is_in_use(
    local: datetime, fix: datetime, longitude: float | None
) -> None:
    offset = offset_by_fix(local, fix, longitude)
    if offset is not None:
        assert datetime.fromisoformat(f"2024-06-01T12:00:00{offset}").tzinfo is not None
        assert offset[-2:] in {"00", "30", "45"}
