from __future__ import annotations

import dataclasses
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import count
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from schedulerx.errors import ConfigurationError
from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.model.event import Actor, Amount, DeviceMention, Event, EventKind, Precision
from schedulerx.model.evidence import (
    StoredCounts,
    TableChanges,
    UploadCounts,
)
from schedulerx.model.record import (
    Description,
    Origin,
    Reading,
    ReasonCode,
    Record,
    Status,
)
from schedulerx.model.run import Problem
from schedulerx.stores.postgres.evidence_store import (
    PostgresEvidence,
    open_evidence,
    open_evidence_from_secret,
)
from schedulerx.stores.postgres.profiles import Profile, to_secret
from tests.stores.postgres.builders import a_record, an_event

HOSTILE = [
    "line\nbreak\ttab\\backslash\r",
    "quotes ' \" `; DROP TABLE objects; --",
    "\\N \\. {} %s %(x)s",
    "naïve 日本語 🦄 \u202e",
]


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


def test_two_members_of_an_archive_may_bear_one_name(store: PostgresEvidence) -> None:
    uploads: list[tuple[Record, list[Event]]] = [
        (a_record("a.zip!/x", "1"), []), (a_record("a.zip!/x", "2"), []),
    ]  # fmt: skip
    assert store.upload(uploads).objects_added == 2
    assert store.upload(uploads) == UploadCounts()


def _within(container: Record, name: str) -> Record:
    member = a_record(f"{container.origin.path}!/{name}")
    return replace(member, origin=replace(member.origin, container=container.object_id))


def _archive(etag: str, *names: str) -> list[tuple[Record, list[Event]]]:
    container = a_record("a.zip", etag)
    return [(container, []), *((_within(container, name), []) for name in names)]


def test_what_a_newer_archive_no_longer_holds_goes_with_the_older_one(
    store: PostgresEvidence,
) -> None:
    store.upload(_archive("1", "kept", "gone"), "/phone")
    told: list[str] = []
    store.upload(_archive("2", "kept", "new"), "/phone", told.append)
    paths = [row["path"] for row in store.export("records")]
    assert paths == ["a.zip", "a.zip!/kept", "a.zip!/new"]
    assert sorted(told) == sorted(
        [a_record("a.zip", "1").object_id, _within(a_record("a.zip"), "gone").object_id]
    )


def test_what_lies_in_an_archive_of_two_sources_stays_while_one_holds_it(
    store: PostgresEvidence,
) -> None:
    for location in ("/phone", "/laptop"):
        store.upload(_archive("1", "kept", "gone"), location)
    store.upload(_archive("2", "kept"), "/phone")
    assert "a.zip!/gone" in [row["path"] for row in store.export("records")]
    store.upload(_archive("2", "kept"), "/laptop")
    assert "a.zip!/gone" not in [row["path"] for row in store.export("records")]


def test_members_are_counted_by_what_holds_them(store: PostgresEvidence) -> None:
    for location in ("/phone", "/laptop"):
        store.upload(_archive("1", "one", "two"), location)
    store.upload([(a_record("b.zip"), [])])
    ids = [
        bytes.fromhex(a_record(path, etag).object_id)
        for path, etag in (("a.zip", "1"), ("b.zip", "0"))
    ]
    assert store.stored_within(ids) == 2
    assert store.stored_within(ids[1:]) == 0


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


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_it_was(store: PostgresEvidence, text: str) -> None:
    record = a_record(text, reading=Reading(text=text), description=Description(camera_make=text))
    event = an_event(record, summary=text, actors=(Actor(role="caller", name=text),))
    store.upload([(record, [event])])
    (row,) = store.export("records")
    assert (row["path"], row["text"], row["camera_make"]) == (text, text, text)
    (row,) = store.export("events")
    assert (row["summary"], row["actors"]) == (text, [{"role": "caller", "name": text}])


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=50,
)
@given(text=st.text())
def test_any_text_can_be_stored_without_its_nul_and_surrogates(
    store: PostgresEvidence, text: str
) -> None:
    kept = text.replace("\0", "").encode("utf-8", "replace").decode()
    record = a_record("a", reading=Reading(text=text))
    event = an_event(record, summary=text, actors=(Actor(role="caller", name=text),))
    store.upload([(record, [event])])
    assert [row["text"] for row in store.export("records")] == [kept]
    (row,) = store.export("events")
    assert (row["summary"], row["actors"][0]["name"]) == (kept, kept)


def test_a_record_is_exported_under_the_public_names(store: PostgresEvidence) -> None:
    record = Record(
        object_id="0123456789abcdef" * 2,
        origin=Origin(path="dcim/1.jpg", bytes=12, etag="e"),
        status=Status.QUARANTINED,
        reason_code=ReasonCode.DAMAGED,
        reason="The last scan lines are missing.",
        sha256="ab" * 32,
        media_type="image/jpeg",
        description=Description(
            width=4000, height=3000, orientation=6, pages=1, duration_s=1.5,
            captured_at="2024-05-01T10:00:00", camera_make="Make", camera_model="Model",
            gps=(52.5, 13.4), lens="35 mm", keywords=("harbour",),
        ),
        reading=Reading(text="words", has_text_layer=False),
    )  # fmt: skip
    store.upload([(record, [])])
    (row,) = store.export("records")
    public = {name: value for name, value in row.items() if not name.startswith("_")}
    assert [public] == [
        {
            "path": "dcim/1.jpg", "object_id": "0123456789abcdef" * 2, "sha256": "ab" * 32,
            "media_type": "image/jpeg", "bytes": 12, "status": "quarantined",
            "reason_code": "damaged", "reason": "The last scan lines are missing.",
            "width": 4000, "height": 3000, "orientation": 6, "pages": 1, "has_text_layer": False,
            "duration_s": 1.5, "captured_at": "2024-05-01T10:00:00", "camera_make": "Make",
            "camera_model": "Model", "gps": [52.5, 13.4], "text": "words", "duplicate_of": None,
            "near_duplicate_of": None, "details": {"lens": "35 mm", "keywords": ["harbour"]},
            "companion_of": None, "companion_kind": None,
        }
    ]  # fmt: skip


def test_the_artifact_of_a_long_text_is_named_beside_it(store: PostgresEvidence) -> None:
    store.upload([(a_record("a", reading=Reading(text_key="texts/ab/cd")), [])])
    (row,) = store.export("records")
    assert (row["text"], row["_text_key"]) == ("", "texts/ab/cd")


def test_an_event_is_exported_under_the_public_names(store: PostgresEvidence) -> None:
    record = a_record("calls.csv")
    event = an_event(
        record, 7, start="2024-05-01T10:00:00+02:00", end="2024-05-01T10:05:00+02:00",
        actors=(Actor(role="caller", phone="+4930123456"),),
        devices=(DeviceMention(imei="490154203237518"),), summary="Call",
        precision=Precision.SECOND, amount=Amount(value="0.19", currency="EUR"),
    )  # fmt: skip
    store.upload([(record, [event])])
    assert list(store.export("events")) == [
        {
            "event_id": event.event_id, "object_id": record.object_id, "path": "calls.csv",
            "kind": "call", "start": "2024-05-01T10:00:00+02:00",
            "end": "2024-05-01T10:05:00+02:00",
            "actors": [{"role": "caller", "phone": "+4930123456"}],
            "devices": [{"imei": "490154203237518"}], "summary": "Call",
            "provenance": {"sha256": "0" * 64, "extractor": "test/1", "row": 7},
            "precision": "second", "zone": None, "location": None,
            "amount": {"value": "0.19", "currency": "EUR"}, "doubt": None, "also": [],
        }
    ]  # fmt: skip


def test_records_are_exported_in_the_order_of_their_paths_bytes(store: PostgresEvidence) -> None:
    paths = ["a/b", "B", "a b", "ä", "a.b", "A", "日本", "~"]
    store.upload((a_record(path), []) for path in paths)
    assert [row["path"] for row in store.export("records")] == sorted(paths, key=str.encode)


def test_duplicates_name_the_first_path_with_the_same_bytes(store: PostgresEvidence) -> None:
    store.upload((a_record(path, sha256="1" * 64), []) for path in ("b", "a", "B"))
    store.upload([(a_record("alone", sha256="2" * 64), []), (a_record("unread"), [])])
    assert store.link_duplicates() == TableChanges(added=2, total=2)
    assert {row["path"]: row["duplicate_of"] for row in store.export("records")} == {
        "B": None, "a": "B", "b": "B", "alone": None, "unread": None,
    }  # fmt: skip


def test_linking_again_changes_nothing_until_an_earlier_copy_comes(store: PostgresEvidence) -> None:
    store.upload((a_record(path, sha256="1" * 64), []) for path in ("b", "c"))
    store.link_duplicates()
    assert store.link_duplicates() == TableChanges(total=1)
    store.upload([(a_record("a", sha256="1" * 64), [])])
    assert store.link_duplicates() == TableChanges(added=1, changed=1, total=2)


def test_files_that_could_not_be_read_are_nobodys_duplicates(store: PostgresEvidence) -> None:
    locked = {"status": Status.QUARANTINED, "reason_code": ReasonCode.LOCKED, "sha256": "1" * 64}
    damaged = {**locked, "reason_code": ReasonCode.DAMAGED, "sha256": "2" * 64}
    store.upload((a_record(path, **locked), []) for path in ("a", "b"))
    store.upload((a_record(path, **damaged), []) for path in ("c", "d"))
    assert store.link_duplicates().total == 1


def test_a_link_goes_when_its_file_turns_out_unreadable(store: PostgresEvidence) -> None:
    store.upload((a_record(path, sha256="1" * 64), []) for path in ("a", "b"))
    store.link_duplicates()
    store.upload([(a_record("b", sha256="1" * 64, status=Status.FAILED), [])])
    assert store.link_duplicates() == TableChanges(removed=1)


def test_uploading_again_keeps_the_links(store: PostgresEvidence) -> None:
    uploads: list[tuple[Record, list[Event]]] = [
        (a_record(path, sha256="1" * 64), []) for path in ("a", "b")
    ]
    store.upload(uploads)
    store.link_duplicates()
    store.upload(uploads)
    assert store.link_duplicates() == TableChanges(total=1)


def test_stored_counts_only_what_was_asked_for(store: PostgresEvidence) -> None:
    a, b = a_record("a"), a_record("b")
    store.upload([(a, [an_event(a, 1), an_event(a, 2)]), (b, [an_event(b)])])
    asked = [bytes.fromhex(a.object_id), bytes.fromhex(a_record("absent").object_id)]
    assert store.stored(asked) == StoredCounts(objects=1, events=2)
    assert store.stored([]) == StoredCounts(objects=0, events=0)


def test_a_timeline_is_spread_evenly_over_all_events_with_a_time(store: PostgresEvidence) -> None:
    record = a_record("a")
    days = [an_event(record, day, start=f"2024-05-{day:02}") for day in range(1, 31)]
    store.upload([(record, [*days, an_event(record, 99)])])
    starts = [row["start"] for row in store.timeline(3)]
    assert starts == ["2024-05-01", "2024-05-11", "2024-05-21"]
    assert len(store.timeline(7)) == 7
    assert len(store.timeline(1000)) == 30


def test_times_with_offsets_are_ordered_as_instants(store: PostgresEvidence) -> None:
    record = a_record("a")
    starts = ["2024-05-01T12:00:00+02:00", "2024-05-01T10:30:00Z", "2024-05-01T09:00:00-04:00"]
    numbered = enumerate(["not a time", *reversed(starts), "0001-01-01T00:00:00+14:00"])
    store.upload([(record, [an_event(record, n, start=start) for n, start in numbered])])
    assert [row["start"] for row in store.timeline(10)] == starts


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


def test_the_embedded_store_keeps_what_it_was_given(tmp_path: Path) -> None:
    with open_evidence({}, tmp_path) as store:
        store.upload([(a_record("a"), [])])
    with open_evidence({}, tmp_path) as store:
        assert [row["path"] for row in store.export("records")] == ["a"]


def test_a_named_profile_with_an_empty_database_is_migrated_when_opened(postgres: Profile) -> None:
    env = {
        "DB_PROFILE": "LOCAL_1", "LOCAL_1_DB_HOST": postgres.host, "LOCAL_1_DB_USER": "postgres",
        "LOCAL_1_DB_PASSWORD": "", "LOCAL_1_DB_NAME": postgres.dbname,
        "LOCAL_1_DB_SCHEMA": "Other Schema",
    }  # fmt: skip
    with open_evidence(env, None) as store:
        assert store.upload([(a_record("a"), [])]).objects_added == 1


def test_a_store_opens_from_a_secret(postgres: Profile) -> None:
    with open_evidence_from_secret(to_secret(postgres)) as store:
        assert len(store.instance_id()) == 36


def test_a_store_works_without_prepared_statements(postgres: Profile) -> None:
    with PostgresEvidence(dataclasses.replace(postgres, prepared=False)) as store:
        for _ in range(7):  # psycopg prepares from the fifth time on
            assert store.stored([]).objects == 0
        with psycopg.connect(postgres.conninfo()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_no_profile_and_no_folder_is_a_question_to_the_operator() -> None:
    with pytest.raises(ConfigurationError, match="DB_PROFILE"):
        open_evidence({}, None)
