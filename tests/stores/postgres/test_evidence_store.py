"""Uploads into the evidence store: what they add, change, replace and leave."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import count
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from msgspec.structs import replace

from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.model.event import Event, EventKind
from schedulerx.model.evidence import (
    StoredCounts,
    UploadCounts,
)
from schedulerx.model.record import (
    Reading,
    ReasonCode,
    Record,
    Status,
)
from schedulerx.model.run import Problem
from schedulerx.stores.postgres.evidence_store import (
    PostgresEvidence,
    open_evidence,
)
from schedulerx.stores.postgres.profiles import Profile
from tests.stores.postgres.builders import a_record, an_event


def contents(store: PostgresEvidence) -> list[object]:
    """All that is stored."""
    return [list(store.export(kind)) for kind in ("records", "events")]


def test_an_upload_counts_what_it_added(store: PostgresEvidence) -> None:
    record = a_record("a")
    assert store.upload([(record, [an_event(record, 1), an_event(record, 2)])]) == UploadCounts(
        objects_added=1, events_added=2
    )


def test_a_second_upload_writes_no_row(store: PostgresEvidence, postgres: Profile) -> None:
    record = a_record("a", reading=Reading(text="x"))
    uploads = [(record, [an_event(record, 1, start="2024-05-01T10:00:00+02:00")])]
    store.upload(uploads)
    places = (
        "SELECT o.ctid, e.ctid FROM schedulerx.objects o JOIN schedulerx.events e USING (object_id)"
    )
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        before = connection.execute(places).fetchall()
        assert store.upload(uploads) == UploadCounts()
        assert connection.execute(places).fetchall() == before


def test_problems_are_what_is_not_done_by_path_and_bounded(store: PostgresEvidence) -> None:
    why = {"reason_code": ReasonCode.LOCKED, "reason": "needs a password"}
    records = [
        a_record("c", status=Status.QUARANTINED, **why),
        a_record("a", status=Status.FAILED, reason="lost"),
        a_record("b"),
    ]
    store.upload((record, []) for record in records)
    assert store.problems(9) == [
        Problem(path="a", status="failed", reason="lost"),
        Problem(path="c", status="quarantined", reason_code="locked", reason="needs a password"),
    ]
    assert [problem.path for problem in store.problems(1)] == ["a"]


def test_events_that_an_object_no_longer_has_go(store: PostgresEvidence) -> None:
    record, other = a_record("a"), a_record("b")
    store.upload([(record, [an_event(record, 1), an_event(record, 2)]), (other, [an_event(other)])])
    counts = store.upload([(record, [an_event(record, 2), an_event(record, 3)])])
    assert counts == UploadCounts(events_added=1, events_removed=1)
    assert {(row["path"], row["provenance"]["row"]) for row in store.export("events")} == {
        ("a", 2), ("a", 3), ("b", 1),
    }  # fmt: skip


def test_a_changed_record_and_a_changed_event_take_their_rows_place(
    store: PostgresEvidence,
) -> None:
    record = a_record("a")
    store.upload([(record, [an_event(record, summary="old")])])
    changed = a_record("a", media_type="text/plain")
    assert store.upload([(changed, [an_event(changed, summary="new")])]).objects_changed == 1
    assert [row["media_type"] for row in store.export("records")] == ["text/plain"]
    assert [row["summary"] for row in store.export("events")] == ["new"]


def test_a_newer_extractor_changes_adds_and_removes_exactly_what_it_reads_otherwise(
    store: PostgresEvidence,
) -> None:
    def extracted(version: int, *texts: str) -> list[Event]:
        maker = EventMaker(record.object_id, "0" * 64)
        places = (Place(f"test/{version}", f"row {row}", row=row) for row in count(2))
        made = zip(places, texts, strict=False)
        return [maker.event(EventKind.CALL, place, summary=text) for place, text in made if text]

    record = a_record("calls.csv")
    store.upload([(record, extracted(1, "same", "wrong", "no call"))])
    same = store.upload([(record, extracted(1, "same", "wrong", "no call"))])
    assert same == UploadCounts()
    newer = extracted(2, "", "right", "no call", "missed before")
    counts = store.upload([(record, newer)])
    assert counts == UploadCounts(events_added=1, events_changed=2, events_removed=1)
    assert sorted(
        (row["summary"], row["provenance"]["extractor"]) for row in store.export("events")
    ) == [("missed before", "test/2"), ("no call", "test/2"), ("right", "test/2")]


def test_a_changed_file_replaces_its_older_version(store: PostgresEvidence) -> None:
    old, new, copy = a_record("a", "1"), a_record("a", "2"), a_record("b", sha256="1" * 64)
    store.upload([(replace(old, sha256="1" * 64), [an_event(old)]), (copy, [])])
    store.link_duplicates()
    told: list[str] = []
    counts = store.upload([(new, [an_event(new)])], "", told.append)
    assert told == [old.object_id]
    assert (counts.objects_superseded, counts.events_added) == (1, 1)
    assert [row["object_id"] for row in store.export("events")] == [new.object_id]
    assert [(row["path"], row["duplicate_of"]) for row in store.export("records")] == [
        ("a", None), ("b", None),
    ]  # fmt: skip


def test_a_file_of_the_same_name_in_another_source_stays(store: PostgresEvidence) -> None:
    store.upload([(a_record("a", "1"), [])], "/phone")
    assert store.upload([(a_record("a", "2"), [])], "/laptop").objects_superseded == 0


def test_a_path_of_any_length_is_kept_and_replaced(store: PostgresEvidence) -> None:
    path = "".join(sha256(bytes([part])).hexdigest() for part in range(200))
    store.upload([(a_record(path), [])])
    assert store.upload([(a_record(path, "1"), [])]).objects_superseded == 1
    assert [row["path"] for row in store.export("records")] == [path]


def test_what_lies_in_two_sources_stays_until_it_is_replaced_in_both(
    store: PostgresEvidence,
) -> None:
    old, new = a_record("a", "1"), a_record("a", "2")
    for location in ("/phone", "/laptop"):
        store.upload([(old, [])], location)
    assert store.upload([(new, [])], "/phone").objects_superseded == 0
    assert store.upload([(new, [])], "/laptop").objects_superseded == 1


def test_the_generation_grows_with_uploads_that_change_something(store: PostgresEvidence) -> None:
    record = a_record("a")
    before = store.generation()
    store.upload([(record, [])])
    changed = store.generation()
    store.upload([(record, [])])
    assert before < changed == store.generation()


def test_an_upload_that_fails_midway_leaves_nothing(store: PostgresEvidence) -> None:
    def events(record: Record) -> Iterator[Event]:
        yield an_event(record)
        raise RuntimeError("the artifact is gone")

    record = a_record("a")
    with pytest.raises(RuntimeError, match="gone"):
        store.upload([(record, events(record))])
    assert contents(store) == [[], []]


def test_uploads_of_the_same_objects_at_once_neither_deadlock_nor_double(
    store: PostgresEvidence,
) -> None:
    records = [a_record(f"{number:03}") for number in range(200)]
    start = Barrier(4)

    def upload(turn: int) -> UploadCounts:
        start.wait()
        ordered = records if turn % 2 else reversed(records)
        return store.upload(
            (record, [an_event(record, 1), an_event(record, 2)]) for record in ordered
        )

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(upload, range(4)))
    assert sum(count.objects_added for count in counts) == 200
    assert sum(count.events_added for count in counts) == 400
    assert sum(count.events_removed for count in counts) == 0
    ids = [bytes.fromhex(record.object_id) for record in records]
    assert store.stored(ids) == StoredCounts(objects=200, events=400)


def test_a_hundred_thousand_events_are_stored_and_exported(store: PostgresEvidence) -> None:
    record = a_record("chat")
    counts = store.upload([(record, (an_event(record, number) for number in range(100_000)))])
    assert counts.events_added == 100_000
    assert sum(1 for _ in store.export("events")) == 100_000


def test_memory_does_not_grow_with_the_number_of_events(store: PostgresEvidence) -> None:
    def peak(count: int) -> int:
        record = a_record(str(count))
        tracemalloc.start()
        store.upload([(record, (an_event(record, number) for number in range(count)))])
        assert sum(1 for _ in store.export("events")) >= count
        _, bytes_at_most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return bytes_at_most

    peak(1)  # what is loaded and cached once
    assert peak(20_000) < peak(4_000) + 1_000_000


def test_stored_counts_only_what_was_asked_for(store: PostgresEvidence) -> None:
    a, b = a_record("a"), a_record("b")
    store.upload([(a, [an_event(a, 1), an_event(a, 2)]), (b, [an_event(b)])])
    asked = [bytes.fromhex(a.object_id), bytes.fromhex(a_record("absent").object_id)]
    assert store.stored(asked) == StoredCounts(objects=1, events=2)
    assert store.stored([]) == StoredCounts(objects=0, events=0)


def test_the_instance_is_the_databases_own(store: PostgresEvidence, tmp_path: Path) -> None:
    assert store.instance_id() == store.instance_id()
    with open_evidence({}, tmp_path) as other:
        assert other.instance_id() != store.instance_id()


def test_an_iterator_that_is_left_early_gives_its_connection_back(store: PostgresEvidence) -> None:
    store.upload((a_record(str(number)), []) for number in range(10))
    for _ in range(10):
        rows = store.export("records")
        next(rows)
        rows.close()
    assert len(list(store.export("records"))) == 10
