"""A set of object ids in 16 bytes each."""

from __future__ import annotations

from collections.abc import Iterator

ID_BYTES = 16
_BUCKETS = 1 << 16


class IdSet:
    """Ids in 2^16 runs of bytes, found by their first two bytes: hashes spread evenly, so a run
    of ten million ids is 2.4 KB, searched in C.
    """

    def __init__(self, ids: bytes = b"") -> None:
        self._buckets: list[bytearray | None] = [None] * _BUCKETS
        self._count = 0
        self.add(ids)

    def add(self, ids: bytes | bytearray) -> None:
        """Takes ids laid end to end; those it holds are passed over."""
        buckets = self._buckets
        for object_id in each_id(ids):
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


def each_id(ids: bytes | bytearray) -> Iterator[bytes]:
    """Ids laid end to end, one by one."""
    whole = bytes(ids)
    for start in range(0, len(whole), ID_BYTES):
        yield whole[start : start + ID_BYTES]
