from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from msgspec.structs import replace

from schedulerx.model.event import Event, EventKind, Provenance, event_id
from schedulerx.model.evidence import UploadCounts
from schedulerx.model.keys import gone_key, record_key
from schedulerx.model.ports import ArtifactStore, EvidenceStore
from schedulerx.model.record import Origin, Record
from schedulerx.model.work import GroupWork
from schedulerx.steps import upload
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile

RECORDS = [
    Record(object_id=f"{number:032x}", origin=Origin(path=str(number), bytes=1, etag="0"))
    for number in range(3)
]


def events(record: Record) -> Iterator[Event]:
    """As many as the record's path says."""
    for number in range(int(record.origin.path)):
        yield Event(
            event_id=event_id(record.object_id, EventKind.MESSAGE, f"row {number}"),
            kind=EventKind.MESSAGE,
            provenance=Provenance(sha256="0" * 64, extractor="test/1", row=number),
        )


class Artifacts:
    """Just what the step asks of artifacts."""

    def __init__(self, *keys: str) -> None:
        self.left = set(keys)

    def keys(self, prefix: str) -> Iterator[str]:
        return (key for key in self.left if key.startswith(prefix))

    def delete(self, key: str) -> None:
        self.left.remove(key)

    def put(self, key: str, _data: bytes) -> None:
        self.left.add(key)


def work_on(
    evidence: EvidenceStore,
    records: Iterable[Record] = RECORDS,
    artifacts: Artifacts | None = None,
) -> GroupWork:
    return GroupWork(
        group_id="g",
        location="/source",
        records=lambda: records,
        events=events,
        artifacts=cast("ArtifactStore", artifacts or Artifacts()),
        evidence=evidence,
    )


def test_a_groups_records_and_events_are_stored_once(postgres: Profile) -> None:
    with PostgresEvidence(postgres) as evidence:
        assert upload.run(work_on(evidence)) == UploadCounts(objects_added=3, events_added=3)
        assert upload.run(work_on(evidence)) == UploadCounts()


def test_the_records_of_a_files_older_version_are_forgotten(postgres: Profile) -> None:
    old, other = RECORDS[0], RECORDS[1]
    new = replace(old, object_id="f" * 32)
    artifacts = Artifacts(*(record_key(record.object_id, "0") for record in (old, new, other)))
    with PostgresEvidence(postgres) as evidence:
        upload.run(work_on(evidence))
        counts = upload.run(work_on(evidence, [new], artifacts))
        assert isinstance(counts, UploadCounts)
        assert (counts.objects_added, counts.objects_superseded) == (1, 1)
        gone = gone_key(evidence.instance_id(), old.object_id)
    records = {record_key(record.object_id, "0") for record in (new, other)}
    assert artifacts.left == {*records, gone}


def test_an_empty_group_changes_nothing(postgres: Profile) -> None:
    with PostgresEvidence(postgres) as evidence:
        assert upload.run(work_on(evidence, [])) == UploadCounts()


def test_records_are_read_as_they_are_stored_not_before() -> None:
    log: list[str] = []

    def records() -> Iterator[Record]:
        for record in RECORDS:
            log.append(f"read {record.origin.path}")
            yield record

    class Evidence:
        def upload(
            self, uploads: Iterable[tuple[Record, Iterable[Event]]], *_: object
        ) -> UploadCounts:
            for record, its_events in uploads:
                log.append(f"store {record.origin.path} with {sum(1 for _ in its_events)}")
            return UploadCounts()

    upload.run(work_on(cast("Any", Evidence()), records()))
    assert log == [
        "read 0", "store 0 with 0", "read 1", "store 1 with 1", "read 2", "store 2 with 2",
    ]  # fmt: skip
