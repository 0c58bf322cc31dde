"""Which records the page looks at: a sample of the run's, the same every time, in bounded memory.

Object ids are hashes, so those with the smallest ids are a fair draw of all, whatever their paths.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import msgspec

from schedulerx.errors import ArtifactNotFound
from schedulerx.model import keys
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import Record, decode_record

LOOKED_AT = 400  # records read for one page
_ID_BYTES = 16


def sampled_records(
    run_id: str, inventory: ArtifactStore, artifacts: ArtifactStore
) -> Iterator[Record]:
    """Records of this run, then of what was complete before it, `LOOKED_AT` in all."""
    fresh = heapq.nsmallest(LOOKED_AT, _fresh(run_id, artifacts))
    older = heapq.nsmallest(LOOKED_AT - len(fresh), _skipped(run_id, inventory))
    for key in (*fresh, *_record_keys(older, artifacts)):
        try:
            yield decode_record(artifacts.get(key))
        except (ArtifactNotFound, msgspec.DecodeError):  # replaced meanwhile, or damaged
            continue


def _fresh(run_id: str, artifacts: ArtifactStore) -> Iterator[str]:
    for listing in artifacts.keys(keys.group_records_prefix(run_id)):
        yield from artifacts.get(listing).decode().split()


def _skipped(run_id: str, inventory: ArtifactStore) -> Iterator[bytes]:
    try:
        ids = inventory.get(keys.skipped_key(run_id))
    except ArtifactNotFound:
        return
    for at in range(0, len(ids), _ID_BYTES):
        yield ids[at : at + _ID_BYTES]


def _record_keys(ids: list[bytes], artifacts: ArtifactStore) -> Iterator[str]:
    """One record an object: where two steps sets left two, the last by name."""
    for object_id in ids:
        yield from list(artifacts.keys(keys.record_prefix(object_id.hex())))[-1:]
