"""Markers tell what a database holds, and nothing it no longer holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.model import keys
from schedulerx.pipeline.completed import CompletedIndex, completed
from schedulerx.pipeline.markers import (
    is_resolved,
    mark_resolved,
    mark_uploaded,
    reopen_resolution,
)
from schedulerx.stores.folders import FolderArtifacts

ID, OTHER = "ab" * 16, "cd" * 16


@pytest.fixture
def store(tmp_path: Path) -> FolderArtifacts:
    return FolderArtifacts(tmp_path)


def recorded(store: FolderArtifacts, object_id: str, fingerprint: str = "f") -> str:
    key = keys.record_key(object_id, fingerprint)
    store.put(key, b"{}")
    return key


def index(store: FolderArtifacts, instance_id: str = "db") -> CompletedIndex:
    return completed(store, ["f"], instance_id, wants_upload=True)


def is_complete(store: FolderArtifacts, object_id: str, instance_id: str = "db") -> bool:
    return bytes.fromhex(object_id) in index(store, instance_id).complete


def test_a_record_is_complete_once_it_is_uploaded_to_this_database(store: FolderArtifacts) -> None:
    key = recorded(store, ID)
    assert not is_complete(store, ID)
    mark_uploaded(store, "db", [key])
    assert is_complete(store, ID)
    assert not is_complete(store, ID, "another")


def test_a_failed_record_is_never_complete(store: FolderArtifacts) -> None:
    mark_uploaded(store, "db", [recorded(store, ID, keys.FAILED)])
    assert not is_complete(store, ID)
    assert index(store).prior(bytes.fromhex(ID)) == keys.FAILED


def test_an_object_gone_from_the_database_is_not_complete_until_it_is_back(
    store: FolderArtifacts,
) -> None:
    listed = [recorded(store, ID), recorded(store, OTHER)]
    mark_uploaded(store, "db", listed)
    store.put(keys.gone_key("db", ID), b"")
    assert (is_complete(store, ID), is_complete(store, OTHER)) == (False, True)
    mark_uploaded(store, "db", listed[:1])
    assert is_complete(store, ID)


def test_a_step_has_seen_the_generation_it_was_marked_with_alone(store: FolderArtifacts) -> None:
    mark_resolved(store, "db", "dedupe", 7)
    assert is_resolved(store, "db", "dedupe", 7)
    assert not is_resolved(store, "db", "dedupe", 8)
    assert not is_resolved(store, "another", "dedupe", 7)


def test_a_step_done_again_reopens_those_after_it(store: FolderArtifacts) -> None:
    for name in ("create_persons", "map_person_devices"):
        mark_resolved(store, "db", name, 7)
    mark_resolved(store, "db", "create_persons", 7)
    assert is_resolved(store, "db", "create_persons", 7)
    assert not is_resolved(store, "db", "map_person_devices", 7)


def test_an_upload_reopens_all(store: FolderArtifacts) -> None:
    mark_resolved(store, "db", "dedupe", 7)
    reopen_resolution(store, "db")
    assert not is_resolved(store, "db", "dedupe", 7)
