"""Members of archives: stored beside what holds them, and gone with it."""

from __future__ import annotations

from msgspec.structs import replace

from schedulerx.model.event import Event
from schedulerx.model.evidence import (
    UploadCounts,
)
from schedulerx.model.record import (
    Record,
)
from schedulerx.stores.postgres.evidence_store import (
    PostgresEvidence,
)
from tests.stores.postgres.builders import a_record


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
