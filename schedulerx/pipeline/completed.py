"""What is complete before a run, and what can be built on: told by listing alone."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from msgspec.structs import replace

from schedulerx.model.keys import (
    FAILED,
    GONE,
    RECORD_PREFIXES,
    parse_record_key,
    uploaded_prefix,
)
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record_name import RecordName
from schedulerx.pipeline.contents import Contents
from schedulerx.pipeline.ids import IdSet, each_id

_COUNTED = "-m"  # in the names of records of files that hold others
_LISTERS = 16  # connections; a LIST waits for the store far longer than it computes


@dataclass(frozen=True)
class CompletedIndex:
    """Objects to skip; and of the others, by fingerprint, those with a record to start from."""

    complete: IdSet = field(default_factory=IdSet)
    started: dict[str, IdSet] = field(default_factory=dict)  # the best to start from comes first
    contents: Contents = field(default_factory=Contents)

    def prior(self, object_id: bytes) -> str | None:
        """The name of the best record to start from."""
        for group, ids in self.started.items():
            if object_id in ids:
                return str(replace(RecordName.parse(group), contents=self.contents.of(object_id)))
        return None


def completed(
    artifacts: ArtifactStore, fingerprints: Sequence[str], instance_id: str, *, wants_upload: bool
) -> CompletedIndex:
    """The objects that have a record of one of these fingerprints and, where uploads are wanted,
    a marker of the same fingerprint for this database instance and none that says they are gone
    from it. LISTs, and a GET a marker.
    """
    complete, contents = IdSet(), Contents()
    started = {fingerprint: IdSet() for fingerprint in fingerprints}
    with ThreadPoolExecutor(_LISTERS) as pool:
        uploaded = _uploaded(artifacts, started, instance_id, pool) if wants_upload else None
        found = pool.map(lambda prefix: _recorded(artifacts, prefix, contents), RECORD_PREFIXES)
        for fingerprint, ids in (pair for pairs in found for pair in pairs.items()):
            if fingerprint not in fingerprints:
                started.setdefault(fingerprint, IdSet()).add(ids)
            elif uploaded is None:
                complete.add(ids)
            else:
                _split(ids, uploaded.get(fingerprint, IdSet()), complete, started[fingerprint])
    return CompletedIndex(complete, _ranked(started), contents)


def _recorded(artifacts: ArtifactStore, prefix: str, contents: Contents) -> dict[str, bytearray]:
    """The ids of one prefix by groups of names. Each prefix fills a part of `contents` alone."""
    found: dict[str, bytearray] = {}
    for key in artifacts.keys(prefix):
        object_id, text = parse_record_key(key)
        group = text
        if _COUNTED in text:
            name = RecordName.parse(text)
            group = name.group
            contents.add(bytes.fromhex(object_id), name.contents)
        found.setdefault(group, bytearray()).extend(bytes.fromhex(object_id))
    return found


def _split(ids: bytearray, uploaded: IdSet, complete: IdSet, started: IdSet) -> None:
    for object_id in each_id(ids):
        (complete if object_id in uploaded else started).add(object_id)


def _ranked(started: dict[str, IdSet]) -> dict[str, IdSet]:
    """Satisfying records first, as they were inserted; then any other; failed ones last."""
    held = {fingerprint: ids for fingerprint, ids in started.items() if len(ids)}
    failed = held.pop(FAILED, None)
    return {**held, FAILED: failed} if failed else held


def _uploaded(
    artifacts: ArtifactStore,
    accepted: dict[str, IdSet],
    instance_id: str,
    pool: ThreadPoolExecutor,
) -> dict[str, IdSet]:
    prefix = uploaded_prefix(instance_id)
    listed = list(artifacts.keys(prefix))
    gone = {_name(key) for key in listed if _fingerprint(key, prefix) == GONE}
    keys = [key for key in listed if _fingerprint(key, prefix) in accepted]
    found: dict[str, IdSet] = {}
    for key, ids in zip(keys, pool.map(artifacts.get, keys), strict=True):
        found.setdefault(_fingerprint(key, prefix), IdSet()).add(_without(ids, gone))
    return found


def _without(ids: bytes, gone: set[bytes]) -> bytes:
    return b"".join(one for one in each_id(ids) if one not in gone) if gone else ids


def _name(marker_key: str) -> bytes:
    return bytes.fromhex(marker_key.rpartition("/")[2])


def _fingerprint(marker_key: str, prefix: str) -> str:
    return marker_key.removeprefix(prefix).partition("/")[0]
