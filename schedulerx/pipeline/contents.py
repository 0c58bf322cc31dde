"""How much lies in each file that holds others: 48 bytes a file."""

from __future__ import annotations

import struct

from schedulerx.model.run import Tally

_BUCKETS = 1 << 16
_CELL = struct.Struct(">16sQQ16s")


class Contents:
    """Tallies by object id, in runs of bytes found by the first two bytes of an id."""

    def __init__(self) -> None:
        self._buckets: list[bytearray | None] = [None] * _BUCKETS

    def add(self, object_id: bytes, held: Tally) -> None:
        """Takes a file's tally. Of two records of one file, the one that holds more counts."""
        number = object_id[0] << 8 | object_id[1]
        bucket = self._buckets[number]
        if bucket is None:
            bucket = self._buckets[number] = bytearray()
        known = _find(bucket, object_id)
        if known < 0:
            bucket += _cell(object_id, held)
        elif held.count > _tally(bucket, known).count:
            bucket[known : known + _CELL.size] = _cell(object_id, held)

    def of(self, object_id: bytes) -> Tally:
        """What lies in the file; nothing in one that is not known."""
        bucket = self._buckets[object_id[0] << 8 | object_id[1]]
        if bucket is None:
            return Tally()
        at = _find(bucket, object_id)
        return _tally(bucket, at) if at >= 0 else Tally()


def _find(bucket: bytearray, object_id: bytes) -> int:
    found = bucket.find(object_id)
    while found > 0 and found % _CELL.size:  # within a cell
        found = bucket.find(object_id, found + 1)
    return found


def _cell(object_id: bytes, held: Tally) -> bytes:
    return _CELL.pack(object_id, held.count, held.bytes, bytes.fromhex(held.digest))


def _tally(bucket: bytearray, at: int) -> Tally:
    _, count, size, digest = _CELL.unpack_from(bucket, at)
    return Tally(count=count, bytes=size, digest=digest.hex())
