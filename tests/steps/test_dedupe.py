from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import Origin, Record
from schedulerx.model.run import Run
from schedulerx.model.work import RunWork
from schedulerx.steps import dedupe
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile

NOTHING = dict.fromkeys(
    (f"{near}{count}" for near in ("", "near_") for count in
     ("duplicates", "linked", "relinked", "unlinked")), 0,
)  # fmt: skip


@pytest.fixture
def work(postgres: Profile) -> Iterator[RunWork]:
    """Three copies of one file."""
    nothing = cast("ArtifactStore", None)  # this step asks for no artifact
    with PostgresEvidence(postgres) as evidence:
        evidence.upload((copy(path), ()) for path in ("b", "a", "c"))
        yield RunWork(cast("Run", None), nothing, nothing, nothing, evidence)


def copy(path: str) -> Record:
    origin = Origin(path=path, bytes=1, etag="0")
    return Record(object_id=f"{ord(path):032x}", origin=origin, sha256="1" * 64)


def test_copies_are_linked_to_the_first_by_path(work: RunWork) -> None:
    assert dedupe.run(work) == {**NOTHING, "duplicates": 2, "linked": 2}
    assert {row["path"]: row["duplicate_of"] for row in work.evidence.export("records")} == {
        "a": None, "b": "a", "c": "a",
    }  # fmt: skip


def test_a_second_time_changes_nothing(work: RunWork) -> None:
    dedupe.run(work)
    assert dedupe.run(work) == {**NOTHING, "duplicates": 2}
