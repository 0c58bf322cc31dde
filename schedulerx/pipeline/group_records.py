"""The records of a group, as the GROUP steps read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from schedulerx.errors import ArtifactNotFound
from schedulerx.model import keys
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import Record, decode_record
from schedulerx.model.run import Group, Run

_AT_ONCE = 16  # a GET waits for the store far longer than it computes


def record_keys(artifacts: ArtifactStore, run: Run, group: Group) -> list[str]:
    """The keys the group published, in the order its files finished."""
    listed = artifacts.get(keys.group_records_key(run.run_id, group.group_id))
    return listed.decode().split()


def records(artifacts: ArtifactStore, listed: Sequence[str]) -> Iterator[Record]:
    """The records under these keys, some read ahead, in order."""
    rest = iter(listed)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while batch := list(islice(rest, 8 * _AT_ONCE)):
            yield from pool.map(lambda key: _record(artifacts, key), batch)


def _record(artifacts: ArtifactStore, key: str) -> Record:
    try:
        return decode_record(artifacts.get(key))
    except ArtifactNotFound:
        # Another run finished the object meanwhile, and replaced the record by a fuller one.
        object_id, _ = keys.parse_record_key(key)
        found = artifacts.keys(keys.record_prefix(object_id))
        fuller = [decode_record(artifacts.get(other)) for other in found]
        if not fuller:
            raise
        return max(fuller, key=lambda record: len(record.steps))
