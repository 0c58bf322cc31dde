"""The timeline's entries and its strip of bars."""

from __future__ import annotations

from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from schedulerx.model.event import Actor, Provenance
from schedulerx.model.ports import EvidenceStore
from schedulerx.report.page import Entry
from schedulerx.report.timeline import BARS, entries, strip
from tests.report.made_up import MadeUpEvidence, event


def listed(*events: dict[str, object]) -> tuple[Entry, ...]:
    return entries(cast("EvidenceStore", MadeUpEvidence(list(events))))


def test_an_entry_says_who_and_where_it_is_written() -> None:
    [entry] = listed(event(5))
    assert entry.who == ("Nell Tidewater", "+12025550168")
    assert entry.where == "row 7"


def test_rows_may_hold_structs_as_well_as_plain_values() -> None:
    actor = Actor(role="owner", email="nell@example.com")
    provenance = Provenance(sha256="0" * 64, extractor="pdf/1", page=3)
    [entry] = listed(event(1, actors=(actor,), provenance=provenance))
    assert entry.who == ("nell@example.com",)
    assert entry.where == "page 3"


def test_actors_whom_the_summary_names_are_not_named_again() -> None:
    [entry] = listed(event(1, summary="Nell Tidewater calls +12025550168"))
    assert entry.who == ()


def test_a_crowd_is_cut_short() -> None:
    crowd = [{"role": "recipient", "name": f"Person {n}"} for n in range(9)]
    [entry] = listed(event(1, actors=crowd))
    assert entry.who == ("Person 0, Person 1, Person 2, Person 3, 5 more",)


def test_a_mail_goes_from_its_sender_to_all_recipients() -> None:
    roles = ("recipient", "sender", "recipient")
    actors = [{"role": role, "name": name} for role, name in zip(roles, "ABC", strict=True)]
    [entry] = listed(event(1, actors=actors, summary=""))
    assert entry.who == ("B", "A, C")


def test_entries_of_one_day_stay_together_whatever_their_offsets() -> None:
    days = [entry.start[:10] for entry in listed(
        event(1, start="2024-06-04T01:00:00+10:00"),
        event(2, start="2024-06-03T20:00:00-04:00"),
        event(3, start="2024-06-04T03:00:00+00:00"),
    )]  # fmt: skip
    assert days == sorted(days)


@given(st.lists(st.dates(), min_size=1, max_size=50))
def test_the_strip_counts_every_dated_entry_once(days: list[object]) -> None:
    found = strip(Entry("call", f"{day}T10:00:00", "", "a") for day in days)
    assert sum(found.bars) == len(days)
    assert len(found.bars) <= BARS
    assert found.bars[0] > 0
    assert found.bars[-1] > 0


def test_entries_without_a_readable_day_make_no_strip() -> None:
    assert strip([Entry("call", "someday", "", "a")]).bars == ()
