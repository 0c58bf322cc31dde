"""What sidecars complete, and what is told twice, as exports show it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schedulerx.model.event import EventKind
from schedulerx.model.record import Description, Record
from schedulerx.model.work import RunWork
from schedulerx.steps import dedupe
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.stores.postgres.builders import a_record, an_event

TIME = "2024-06-01T08:11:12+00:00"
SIDECAR = Description(
    captured_at=TIME, captured_from="Takeout:photoTakenTime", gps=(53.5, 9.9), caption="Quay",
    gps_from="Takeout:geoData", altitude_m=4.0, describes="a.jpg",
)  # fmt: skip


@pytest.fixture
def store(postgres: Profile) -> Iterator[PostgresEvidence]:
    with PostgresEvidence(postgres) as evidence:
        yield evidence


def picture(path: str, **values: object) -> Record:
    return a_record(path, media_type="image/jpeg", description=Description(**values))  # type: ignore[arg-type]  # the fields of a description


def sidecar(path: str = "d/a.jpg.json") -> Record:
    return a_record(path, media_type="application/json", description=SIDECAR)


def upload(store: PostgresEvidence, *records: Record) -> dict[str, int]:
    """The records, each with an event where it tells a time, and what `dedupe` then says."""
    store.upload(
        (
            (
                each,
                [an_event(each, kind=EventKind.PHOTO_TAKEN, start=each.description.captured_at)]
                if each.description.captured_at
                else [],
            )
            for each in records
        ),
        "/source",
    )
    return dedupe.run(RunWork(None, None, None, None, store))  # type: ignore[arg-type]  # it asks for evidence alone


def test_a_sidecar_completes_a_picture_that_does_not_say(store: PostgresEvidence) -> None:
    counts = upload(store, picture("d/a.jpg", lens="35 mm"), sidecar())
    assert (counts["companions"], counts["companions_linked"]) == (1, 1)
    whole, part = store.export("records")
    assert (whole["captured_at"], whole["gps"]) == (TIME, [53.5, 9.9])
    assert whole["details"] == {
        "captured_from": "Takeout:photoTakenTime in d/a.jpg.json", "caption": "Quay",
        "gps_from": "Takeout:geoData in d/a.jpg.json", "altitude_m": 4.0, "lens": "35 mm",
    }  # fmt: skip
    assert (part["companion_of"], part["companion_kind"]) == ("d/a.jpg", "sidecar")


def test_what_a_picture_says_itself_stays(store: PostgresEvidence) -> None:
    own = {"captured_at": "2024-06-01T10:11:12", "captured_from": "EXIF:DateTimeOriginal"}
    upload(store, picture("d/a.jpg", **own, gps=(1.0, 2.0), caption="Harbour"), sidecar())
    whole, _ = store.export("records")
    assert (whole["captured_at"], whole["gps"]) == (own["captured_at"], [1.0, 2.0])
    assert whole["details"] == {"captured_from": own["captured_from"], "caption": "Harbour"}


def test_a_picture_taken_is_told_once(store: PostgresEvidence) -> None:
    upload(store, picture("d/a.jpg", captured_at="2024-06-01T10:11:12"), sidecar())
    assert [row["path"] for row in store.export("events")] == ["d/a.jpg"]
    assert [row["path"] for row in store.timeline(10)] == ["d/a.jpg"]


def test_a_sidecar_tells_what_its_picture_does_not(store: PostgresEvidence) -> None:
    upload(store, picture("d/a.jpg"), sidecar())
    assert [row["path"] for row in store.export("events")] == ["d/a.jpg.json"]


def test_a_sidecar_that_comes_later_is_linked_and_one_that_moves_is_not(
    store: PostgresEvidence,
) -> None:
    upload(store, picture("d/a.jpg"))
    assert upload(store, sidecar())["companions_linked"] == 1
    again = upload(store, sidecar())
    assert (again["companions"], again["companions_linked"]) == (1, 0)
    changed = a_record("d/a.jpg.json", etag="1", media_type="application/json")
    assert upload(store, changed)["companions"] == 0


def test_folders_of_two_sources_are_told_apart(store: PostgresEvidence) -> None:
    store.upload([(picture("d/a.jpg"), [])], "/one")
    store.upload([(a_record("d/a.xmp", media_type="application/rdf+xml"), [])], "/two")
    assert upload(store)["companions"] == 0


def test_what_is_odd_about_a_file_is_told_of_it_alone(store: PostgresEvidence) -> None:
    odd = a_record(
        "d/a.jpg.json", media_type="application/json", description=SIDECAR, warnings=("odd",)
    )
    upload(store, picture("d/a.jpg"), odd)
    whole, part = store.export("records")
    assert (whole["details"].get("warnings"), part["details"]["warnings"]) == (None, ["odd"])
