"""Problems, grouped by reason."""

from __future__ import annotations

from schedulerx.model.record import ReasonCode
from schedulerx.report.reasons import EXPLANATIONS, SHOWN, grouped
from tests.report.made_up import problem


def test_every_reason_has_an_explanation() -> None:
    assert set(EXPLANATIONS) == set(ReasonCode)


def test_failures_come_first_then_the_most_frequent_reason() -> None:
    problems = [
        problem("a", "quarantined", "empty", "."),
        problem("b", "quarantined", "locked", "."),
        problem("c", "quarantined", "locked", "."),
        problem("d", "failed", None, "."),
    ]
    assert [group.explanation.title for group in grouped(problems)] == ["Failed", "Locked", "Empty"]


def test_a_long_group_is_cut_and_counted_in_full() -> None:
    [group] = grouped(problem(f"{n:05}", "quarantined", "empty", ".") for n in range(SHOWN + 50))
    assert group.count == SHOWN + 50
    assert len(group.problems) == SHOWN


def test_a_reason_of_a_later_version_is_shown_all_the_same() -> None:
    [group] = grouped([problem("a", "quarantined", "bewitched", "it flew away")])
    assert group.explanation.title == "Other reasons"
