"""What is stored comes out as it was put in, in order, with the links of copies."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedulerx.model.event import Actor, Amount, DeviceMention, Event, Precision
from schedulerx.model.evidence import (
    TableChanges,
)
from schedulerx.model.record import (
    Description,
    Origin,
    Reading,
    ReasonCode,
    Record,
    Status,
)
from schedulerx.stores.postgres.evidence_store import (
    PostgresEvidence,
)
from tests.stores.postgres.builders import a_record, an_event

HOSTILE = [
    "line\nbreak\ttab\\backslash\r",
    "quotes ' \" `; DROP TABLE objects; --",
    "\\N \\. {} %s %(x)s",
    "naïve 日本語 🦄 \u202e",
]


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
