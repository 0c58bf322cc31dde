from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.cloud.schedule_expressions import next_due

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds the zone)


def due(expression: str, after: str, zone: str = "UTC") -> str | None:
    found = next_due(expression, zone, BEGIN, datetime.fromisoformat(after))
    return found.isoformat() if found else None


@pytest.mark.parametrize(
    ("expression", "after", "zone", "expected"),
    [
        ("at(2026-07-01T15:00:00)", "2026-06-30T00:00Z", "UTC", "2026-07-01T15:00:00+00:00"),
        (
            "at(2026-07-01T15:00:00)",
            "2026-06-30T00:00Z",
            "Europe/Berlin",
            "2026-07-01T13:00:00+00:00",
        ),
        ("at(2026-07-01T15:00:00)", "2026-07-01T15:00Z", "UTC", None),
        ("rate(5 minutes)", "2026-01-01T00:00Z", "UTC", "2026-01-01T00:05:00+00:00"),
        ("rate(1 hour)", "2026-01-01T02:30Z", "UTC", "2026-01-01T03:00:00+00:00"),
        ("cron(0 15 * * ? *)", "2026-03-01T15:00Z", "UTC", "2026-03-02T15:00:00+00:00"),
        ("cron(30 9 ? * MON-FRI *)", "2026-05-01T10:00Z", "UTC", "2026-05-04T09:30:00+00:00"),
        ("cron(0/15 * * * ? *)", "2026-05-01T10:01Z", "UTC", "2026-05-01T10:15:00+00:00"),
        ("cron(0 0 L FEB ? 2028)", "2026-05-01T10:01Z", "UTC", "2028-02-29T00:00:00+00:00"),
        ("cron(0 8 1,15 * ? *)", "2026-05-02T10:01Z", "UTC", "2026-05-15T08:00:00+00:00"),
        # 02:30 does not exist on the day the clocks go forward: the next day's is the next.
        ("cron(30 2 * * ? *)", "2026-03-29T00:00Z", "Europe/Berlin", "2026-03-30T00:30:00+00:00"),
        ("cron(0 0 31 FEB ? *)", "2026-03-29T00:00Z", "UTC", None),
    ],
)
def test_the_next_time_of_an_expression(
    expression: str, after: str, zone: str, expected: str | None
) -> None:
    assert due(expression, after.replace("Z", "+00:00"), zone) == expected


@pytest.mark.parametrize("expression", ["every day", "cron(0 15 * *)", "cron(61 * * * ? *)"])
def test_what_cannot_be_read_is_refused_with_the_text(expression: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        due(expression, "2026-01-01T00:00+00:00")


@given(after=INSTANTS, minutes=st.integers(1, 5000))
def test_a_rate_s_next_time_is_a_multiple_strictly_after(after: datetime, minutes: int) -> None:
    found = next_due(f"rate({minutes} minutes)", "UTC", BEGIN, after)
    assert found is not None
    assert after < found <= after + timedelta(minutes=minutes)
    assert (found - BEGIN) % timedelta(minutes=minutes) == timedelta(0)


@given(after=INSTANTS, hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_daily_cron_is_due_within_a_day_at_its_time(
    after: datetime, hour: int, minute: int
) -> None:
    found = next_due(f"cron({minute} {hour} * * ? *)", "UTC", BEGIN, after)
    assert found is not None
    assert after < found <= after + timedelta(days=1)
    assert (found.hour, found.minute) == (hour, minute)
