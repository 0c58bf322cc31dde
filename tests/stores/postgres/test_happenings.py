"""One happening told in two sources: one row with both provenances, and what stays apart."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from schedulerx.model.event import Actor, Event, EventKind, Precision
from schedulerx.model.record import Record
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from tests.stores.postgres.builders import a_record, an_event

ADA, BOB, EVE = "+12125550133", "+14155550133", "+491713920042"


def call(
    record: Record,
    start: str,
    end: str | None,
    caller: str | None,
    callee: str | None,
    row: int = 1,
) -> Event:
    sides = (("caller", caller), ("callee", callee))
    actors = tuple(Actor(role=role, phone=phone) for role, phone in sides if phone)
    return an_event(record, row, start=f"2024-03-01T{start}Z", end=end and f"2024-03-01T{end}Z",
                    actors=actors)  # fmt: skip


def letter(record: Record, subject: str = "Hello", row: int = 1, **values: Any) -> Event:
    actors = (Actor(role="sender", email="a@example.com"),
              Actor(role="recipient", email="b@example.com"))  # fmt: skip
    values.setdefault("start", "2024-03-01T10:00:00+01:00")
    return an_event(record, row, kind=EventKind.EMAIL, actors=actors, summary=subject, **values)


def message(
    record: Record, text: str, start: str = "2024-03-01T10:00", to: str | None = BOB, row: int = 1
) -> Event:
    actors = [Actor(role="sender", phone=ADA)]
    actors += [Actor(role="recipient", phone=to)] if to else []
    return an_event(record, row, kind=EventKind.MESSAGE, actors=tuple(actors), summary=text,
                    start=start)  # fmt: skip


def told(store: PostgresEvidence, **files: list[Event]) -> list[list[str]]:
    """Uploads the events of files by name, and tells the paths of each happening."""
    store.upload((a_record(path), events) for path, events in files.items())
    store.link_happenings()
    return shown(store)


def shown(store: PostgresEvidence) -> list[list[str]]:
    return sorted(
        [row["path"], *sorted(other["path"] for other in row["also"])]
        for row in store.export("events")
    )


A, B, C = a_record("a"), a_record("b"), a_record("c")


def test_two_ends_of_one_call_are_one_call_with_both_places(store: PostgresEvidence) -> None:
    ends = {"a": [call(A, "10:00:00", "10:01:00", ADA, BOB)],
            "b": [call(B, "10:00:04", "10:01:02", ADA, BOB)]}  # fmt: skip
    assert told(store, **ends) == [["a", "b"]]
    (row,) = store.export("events")
    (other,) = row["also"]
    assert (
        other["reason"] == "Two records of one call: the same numbers, 4 s apart, lengths 2 s apart"
    )
    assert other["provenance"]["row"] == 1
    assert len(store.timeline(10)) == 1


def test_a_phones_own_log_is_one_end_of_the_networks_record(store: PostgresEvidence) -> None:
    ends = {"a": [call(A, "10:00:00", "10:01:00", ADA, BOB)],
            "b": [call(B, "10:00:02", "10:01:02", None, BOB)]}  # fmt: skip
    assert told(store, **ends) == [["a", "b"]]


@pytest.mark.parametrize(
    "other",
    [
        call(B, "10:00:06", "10:01:06", ADA, BOB),  # later than clocks differ
        call(B, "10:00:01", "10:01:01", BOB, ADA),  # called back
        call(B, "10:00:01", "10:01:01", ADA, EVE),  # another number
        call(B, "10:00:01", "10:03:01", ADA, BOB),  # another length
        call(B, "10:00:01", "10:00:01", ADA, BOB),  # never answered
        call(B, "10:00:01", None, None, BOB),  # too little to tell
    ],
)
def test_calls_that_differ_stay_apart(store: PostgresEvidence, other: Event) -> None:
    assert told(store, a=[call(A, "10:00:00", "10:01:00", ADA, BOB)], b=[other]) == [["a"], ["b"]]


def test_two_logs_that_name_one_callee_alone_are_two_callers(store: PostgresEvidence) -> None:
    ends = {"a": [call(A, "10:00:00", "10:01:00", None, BOB)],
            "b": [call(B, "10:00:00", "10:01:00", None, BOB)]}  # fmt: skip
    assert told(store, **ends) == [["a"], ["b"]]


def test_a_redial_is_paired_with_its_own_record(store: PostgresEvidence) -> None:
    both = {
        path: [call(record, f"10:00:0{late}", f"10:00:0{late}", ADA, BOB, 1),
               call(record, f"10:00:0{late + 4}", f"10:01:0{late}", ADA, BOB, 2)]
        for path, record, late in (("a", A, 0), ("b", B, 1))
    }  # fmt: skip
    assert told(store, **both) == [["a", "b"], ["a", "b"]]
    for row in store.export("events"):
        (other,) = row["also"]
        assert other["provenance"]["row"] == row["provenance"]["row"]


def test_a_mail_in_two_boxes_is_one_by_its_message_id(store: PostgresEvidence) -> None:
    boxes = {"a": [letter(A, uid="<1@x>")], "b": [letter(B, "Re: Hello", uid="<1@x>")]}
    assert told(store, **boxes) == [["a", "b"]]
    (row,) = store.export("events")
    assert row["also"][0]["reason"] == "The same mail: Message-ID <1@x>"


def test_a_message_id_that_is_used_again_later_hides_no_mail(store: PostgresEvidence) -> None:
    again = replace(letter(B, uid="<1@x>"), start="2024-05-01T10:00:00+01:00")
    assert told(store, a=[letter(A, uid="<1@x>")], b=[again]) == [["a"], ["b"]]


def test_mails_with_two_message_ids_are_two(store: PostgresEvidence) -> None:
    assert told(store, a=[letter(A, uid="<1@x>")], b=[letter(B, uid="<2@x>")]) == [["a"], ["b"]]


def test_mails_without_an_id_are_one_by_their_headers(store: PostgresEvidence) -> None:
    assert told(store, a=[letter(A)], b=[letter(B)], c=[letter(C, "Another")]) == [
        ["a", "b"],
        ["c"],
    ]


def test_mails_without_an_id_that_say_different_things_are_two(store: PostgresEvidence) -> None:
    boxes = {
        "a": [letter(A, body="1" * 32)],
        "b": [letter(B, body="2" * 32)],
        "c": [letter(C, body="1" * 32)],
    }
    assert told(store, **boxes) == [["a", "c"], ["b"]]


def test_a_message_in_two_exports_is_one_and_a_repeated_one_two(store: PostgresEvidence) -> None:
    chats = {
        "a": [message(A, "ok", row=1), message(A, "ok", row=2)],
        "b": [message(B, "ok", "2024-03-01T10:00:30", row=1)],
    }
    assert told(store, **chats) == [["a"], ["a", "b"]]


def test_one_message_in_each_of_two_phones_is_two_where_seconds_tell_so(
    store: PostgresEvidence,
) -> None:
    first, later = "2024-03-01T10:00:01", "2024-03-01T10:00:45"
    assert told(store, a=[message(A, "ok", first)], b=[message(B, "ok", later)]) == [["a"], ["b"]]


def test_a_repeated_message_is_paired_with_its_own_record(store: PostgresEvidence) -> None:
    first, later = "2024-03-01T10:00:01", "2024-03-01T10:00:40"
    phones = {
        "a": [message(A, "ok", first, row=1), message(A, "ok", later, row=2)],
        "b": [message(B, "ok", later)],
    }
    assert told(store, **phones) == [["a"], ["a", "b"]]
    (paired,) = [row for row in store.export("events") if row["also"]]
    assert paired["start"] == later


def test_a_message_that_took_seconds_to_arrive_is_one(store: PostgresEvidence) -> None:
    sent, arrived = "2024-03-01T10:00:01", "2024-03-01T10:00:08"
    assert told(store, a=[message(A, "ok", sent)], b=[message(B, "ok", arrived)]) == [["a", "b"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ok", [["a"], ["b"]]), ("The harbour at noon, all of us", [["a", "b"]])],
)
def test_of_groups_that_know_the_minute_alone_a_text_must_tell_them(
    store: PostgresEvidence, text: str, expected: list[list[str]]
) -> None:
    groups = {
        path: [replace(message(record, text, "2024-03-01T10:00:00", to=None),
                       precision=Precision.MINUTE)]
        for path, record in (("a", A), ("b", B))
    }  # fmt: skip
    assert told(store, **groups) == expected


def test_the_same_words_to_two_people_are_two_messages(store: PostgresEvidence) -> None:
    assert told(store, a=[message(A, "ok")], b=[message(B, "ok", to=EVE)]) == [["a"], ["b"]]


def test_the_same_words_to_groups_unknown_are_two_messages(store: PostgresEvidence) -> None:
    groups = {"a": [message(A, "ok", to=None)], "b": [message(B, "ok", to=None)]}
    assert told(store, **groups) == [["a"], ["b"]]


def test_an_appointment_is_one_by_its_uid_and_start(store: PostgresEvidence) -> None:
    def entry(record: Record, day: int) -> Event:
        return an_event(record, kind=EventKind.APPOINTMENT, uid="7@cal", summary="Dentist",
                        start=f"2024-03-0{day}T10:00:00Z")  # fmt: skip

    calendars = {"a": [entry(A, 1)], "b": [entry(B, 1)], "c": [entry(C, 2)]}
    assert told(store, **calendars) == [["a", "b"], ["c"]]


def test_an_appointment_is_one_whatever_offset_its_start_is_told_with(
    store: PostgresEvidence,
) -> None:
    calendars = {
        path: [an_event(record, kind=EventKind.APPOINTMENT, uid="7@cal", start=start)]
        for path, record, start in (("a", A, "2024-03-01T10:00:00Z"),
                                    ("b", B, "2024-03-01T11:00:00+01:00"))
    }  # fmt: skip
    assert told(store, **calendars) == [["a", "b"]]


@pytest.mark.parametrize(
    ("organizer", "expected"), [(None, [["a"], ["b"]]), ("e@example.com", [["a", "b"]])]
)
def test_two_lunches_of_two_people_are_two_where_nobody_calls_to_them(
    store: PostgresEvidence, organizer: str | None, expected: list[list[str]]
) -> None:
    who = (Actor(role="organizer", email=organizer),) if organizer else ()
    calendars = {
        path: [an_event(record, kind=EventKind.APPOINTMENT, summary="Lunch", actors=who,
                        start="2024-03-01T12:00:00")]
        for path, record in (("a", A), ("b", B))
    }  # fmt: skip
    assert told(store, **calendars) == expected


def test_a_copied_file_tells_nothing_new_and_its_first_copy_may_come_before(
    store: PostgresEvidence,
) -> None:
    first, copy = (a_record(path, sha256="1" * 64) for path in "ab")
    for record in (first, copy):
        store.upload([(record, [call(record, "10:00:00", None, ADA, None)])])
        store.link_happenings()
    assert shown(store) == [["a", "b"]]


def test_what_was_told_twice_is_told_once_more_when_one_source_goes(
    store: PostgresEvidence,
) -> None:
    told(store, a=[letter(A)], b=[letter(B)])
    store.upload([(A, [])])
    assert shown(store) == [["b"]]
    assert store.link_happenings().total == 0


def test_the_order_in_which_files_come_changes_nothing(store: PostgresEvidence) -> None:
    files = {
        "a": [call(A, "10:00:00", "10:01:00", ADA, BOB), letter(A, row=2)],
        "b": [call(B, "10:00:04", "10:01:02", ADA, BOB)],
        "c": [call(C, "10:00:08", "10:01:06", ADA, BOB), letter(C, row=2)],
    }
    together = told(store, **files)
    for path in ("b", "c", "a"):
        store.upload([(a_record(path), [])])
        store.link_happenings()
    for path in ("c", "a", "b"):
        told(store, **{path: files[path]})
    assert shown(store) == together


def test_nothing_new_compares_nothing(store: PostgresEvidence) -> None:
    told(store, a=[letter(A)], b=[letter(B)])
    assert store.link_happenings().added == 0


def test_a_log_exported_again_and_again_tells_each_call_once(store: PostgresEvidence) -> None:
    files = {
        path: [call(record, "10:00:00", "10:01:00", ADA, BOB, 1),
               call(record, "10:00:03", "10:01:03", ADA, BOB, 2)]
        for path, record in (("a", A), ("b", B), ("c", C))
    }  # fmt: skip
    assert told(store, **files) == [["a", "b", "c"], ["a", "b", "c"]]
    reasons = {other["reason"] for row in store.export("events") for other in row["also"]}
    assert reasons == {"The same call: equal time, numbers and length"}


def test_what_only_a_log_that_went_tied_together_parts(store: PostgresEvidence) -> None:
    files = {
        path: [call(record, f"10:00:0{late}", f"10:01:0{late}", ADA, BOB)]
        for path, record, late in (("a", A, 0), ("b", B, 4), ("c", C, 8))
    }
    assert told(store, **files) == [["a", "b", "c"]]
    store.upload([(B, [])])
    store.link_happenings()
    assert shown(store) == [["a"], ["c"]]


def test_what_no_change_reaches_is_not_written_again(store: PostgresEvidence) -> None:
    told(store, a=[letter(A)], b=[letter(B)])
    store.upload([(C, [letter(C, "Another")])])
    changes = store.link_happenings()
    assert (changes.added, changes.changed, changes.removed, changes.total) == (0, 0, 0, 1)
