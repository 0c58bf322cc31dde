"""What is complete before a run: told by listing alone, in 16 bytes an object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from schedulerx.model.keys import RECORD_PREFIXES, parse_record_key, uploaded_prefix
from schedulerx.model.ports import ArtifactStore

ID_BYTES = 16
_LISTERS = 16  # connections; a LIST waits for the store far longer than it computes
_BUCKETS = 1 << 16


class CompletedIndex:
    """A set of object ids (16 bytes each): 2^16 runs of ids, found by their first two bytes."""

    def __init__(self, ids: bytes = b"") -> None:
        self._buckets: list[bytearray | None] = [None] * _BUCKETS
        self._count = 0
        self.add(ids)

    def add(self, ids: bytes) -> None:
        """Takes ids laid end to end; those it holds are passed over."""
        buckets = self._buckets
        for start in range(0, len(ids), ID_BYTES):
            object_id = ids[start : start + ID_BYTES]
            if object_id in self:
                continue
            number = object_id[0] << 8 | object_id[1]
            bucket = buckets[number]
            if bucket is None:
                bucket = buckets[number] = bytearray()
            bucket += object_id
            self._count += 1

    def __contains__(self, object_id: bytes) -> bool:
        bucket = self._buckets[object_id[0] << 8 | object_id[1]]
        if bucket is None:
            return False
        found = bucket.find(object_id)
        while found > 0 and found % ID_BYTES:  # across two ids
            found = bucket.find(object_id, found + 1)
        return found >= 0

    def __len__(self) -> int:
        return self._count


def completed(
    artifacts: ArtifactStore, fingerprints: Iterable[str], instance_id: str, *, wants_upload: bool
) -> CompletedIndex:
    """The objects that have a record of one of these fingerprints and, where uploads are wanted,
    a marker of the same fingerprint for this database instance. LISTs, and a GET a marker.
    """
    accepted = frozenset(fingerprints)
    index = CompletedIndex()
    with ThreadPoolExecutor(_LISTERS) as pool:
        uploaded = _uploaded(artifacts, accepted, instance_id, pool) if wants_upload else None
        found = pool.map(lambda prefix: _recorded(artifacts, prefix, accepted), RECORD_PREFIXES)
        for fingerprint, object_ids in (pair for pairs in found for pair in pairs.items()):
            if uploaded is None:
                index.add(bytes(object_ids))
            elif fingerprint in uploaded:
                index.add(b"".join(_held(object_ids, uploaded[fingerprint])))
    return index


def _held(object_ids: bytes | bytearray, index: CompletedIndex) -> Iterator[bytes]:
    """Those of the ids, laid end to end, that the index holds."""
    view = bytes(object_ids)
    for start in range(0, len(view), ID_BYTES):
        if view[start : start + ID_BYTES] in index:
            yield view[start : start + ID_BYTES]


def _recorded(
    artifacts: ArtifactStore, prefix: str, accepted: frozenset[str]
) -> dict[str, bytearray]:
    found: dict[str, bytearray] = {}
    for key in artifacts.keys(prefix):
        object_id, fingerprint = parse_record_key(key)
        if fingerprint in accepted:
            found.setdefault(fingerprint, bytearray()).extend(bytes.fromhex(object_id))
    return found


def _uploaded(
    artifacts: ArtifactStore, accepted: frozenset[str], instance_id: str, pool: ThreadPoolExecutor
) -> dict[str, CompletedIndex]:
    prefix = uploaded_prefix(instance_id)
    keys = [key for key in artifacts.keys(prefix) if _fingerprint_of(key, prefix) in accepted]
    found: dict[str, CompletedIndex] = {}
    for key, ids in zip(keys, pool.map(artifacts.get, keys), strict=True):
        found.setdefault(_fingerprint_of(key, prefix), CompletedIndex()).add(ids)
    return found


def _fingerprint_of(marker_key: str, prefix: str) -> str:
    return marker_key.removeprefix(prefix).partition("/")[0]
