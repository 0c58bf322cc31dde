from __future__ import annotations

import pytest

from schedulerx.commands.plan_table import duration, money, size


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (4.2e12, "4.2 TB")]
)
def test_sizes_have_a_unit(count: float, shown: str) -> None:
    assert size(count) == shown


@pytest.mark.parametrize(
    ("dollars", "shown"), [(0, "0.00"), (0.00042, "0.00042"), (12.345, "12.35"), (1e4, "10,000.00")]
)
def test_small_sums_are_not_rounded_to_nothing(dollars: float, shown: str) -> None:
    assert money(dollars) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(4, "1 min"), (600, "10 min"), (7200, "2.0 h")])
def test_durations_are_minutes_or_hours(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown
