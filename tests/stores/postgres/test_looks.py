from __future__ import annotations

from typing import Any

from schedulerx.model.evidence import NearDuplicate
from schedulerx.model.record import Description, Look, ReasonCode, Record, Status
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from tests.stores.postgres.builders import a_record

LOOK = Look(grey=bytes(range(256)) * 4, hashes=(0, 2**63 - 1), parts=(1, 2))


def photo(path: str, side: int = 10, **values: Any) -> Record:
    values = {"look": LOOK, "media_type": "image/png", "sha256": path * 64, **values}
    return a_record(path, description=Description(width=side, height=side), **values)


def uploaded(store: PostgresEvidence, *records: Record) -> None:
    store.upload((record, ()) for record in records)


def identity(record: Record) -> bytes:
    return bytes.fromhex(record.object_id)


def test_pictures_come_best_first(store: PostgresEvidence) -> None:
    damaged = {"status": Status.QUARANTINED, "reason_code": ReasonCode.DAMAGED}
    best = [photo("c", 30), photo("a", 20), photo("b", 20), photo("d", 40, **damaged)]
    uploaded(store, *reversed(best))
    assert [each.object_id for each in store.pictures()] == [identity(each) for each in best]


def test_what_has_no_look_or_failed_or_is_an_exact_copy_is_left_out(
    store: PostgresEvidence,
) -> None:
    first, copy = photo("a", sha256="1" * 64), photo("b", sha256="1" * 64)
    uploaded(store, first, copy, photo("c", look=None), photo("d", status=Status.FAILED))
    store.link_duplicates()
    assert [each.object_id for each in store.pictures()] == [identity(first)]


def test_a_look_comes_back_as_it_was_stored(store: PostgresEvidence) -> None:
    record = photo("a")
    uploaded(store, record, photo("b"))
    (found,) = (each for each in store.pictures() if each.object_id == identity(record))
    assert (found.hashes, found.parts, found.duration_s) == (LOOK.hashes, LOOK.parts, None)
    assert list(store.greys([identity(record)])) == [(identity(record), LOOK.grey)]


def test_links_are_exactly_those_given_and_an_original_that_went_is_passed_over(
    store: PostgresEvidence,
) -> None:
    one, two, three = photo("a"), photo("b"), photo("c")
    uploaded(store, one, two, three)

    def link(copy: Record, original: bytes, score: float = 0.97) -> NearDuplicate:
        return NearDuplicate(object_id=identity(copy), original_id=original, score=score)

    changes = store.link_near_duplicates([link(two, identity(one)), link(three, bytes(16))])
    assert (changes.added, changes.total) == (1, 1)
    changes = store.link_near_duplicates([link(two, identity(one), 0.99)])
    assert (changes.added, changes.changed, changes.total) == (0, 1, 1)
    assert [each.score for each in store.duplicates(near=True)] == [0.99]
    assert list(store.duplicates(near=False)) == []
    changes = store.link_near_duplicates([])
    assert (changes.removed, changes.total) == (1, 0)


def test_an_upload_of_the_same_record_keeps_its_link(store: PostgresEvidence) -> None:
    one, two = photo("a"), photo("b")
    uploaded(store, one, two)
    link = NearDuplicate(object_id=identity(two), original_id=identity(one), score=1.0)
    store.link_near_duplicates([link])
    assert store.upload([(two, ())]).objects_changed == 0
    assert store.link_near_duplicates([link]).changed == 0
