"""Boxes in boxes of ISO media files, and how many samples their tables claim (ISO/IEC 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator
from mmap import mmap

_HOLDERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
_MOST_BOXES = 1_000_000
_DEEPEST = 8


def sample_claims(data: mmap) -> Iterator[int]:
    """The number of samples that each track and each piece of a fragment claims to have.

    A reader makes room for as many before it has seen one. Tracks of plain PCM are left out: their
    samples are counted in seconds, not held.
    """
    counted, pcm = 0, False
    for kind, start, end in _boxes(data):
        if kind == b"trak":
            yield 0 if pcm else counted
            counted, pcm = 0, False
        elif kind == b"stsz":
            counted = _number(data, start + 8, end)
        elif kind == b"stts":
            pcm = _number(data, start + 4, end) == _number(data, start + 12, end) == 1
        elif kind == b"trun":
            yield _number(data, start + 4, end)
    yield 0 if pcm else counted


def _number(data: mmap, at: int, end: int) -> int:
    return int.from_bytes(data[at : at + 4], "big") if at + 4 <= end else 0


def _boxes(data: mmap) -> Iterator[tuple[bytes, int, int]]:
    """Kind, and beginning and end of what is in it, in the order of the file."""
    waiting = [(0, len(data), 0)]
    for _ in range(_MOST_BOXES):
        while waiting and waiting[-1][1] - waiting[-1][0] < 8:
            waiting.pop()
        if not waiting:
            return
        at, end, depth = waiting.pop()
        kind, start, stop = _box(data, at, end)
        if stop <= at:
            continue  # no box: what holds it is passed by
        waiting.append((stop, end, depth))
        yield kind, start, stop
        if kind in _HOLDERS and depth < _DEEPEST:
            waiting.append((start, stop, depth + 1))


def _box(data: mmap, at: int, end: int) -> tuple[bytes, int, int]:
    size, kind, header = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
    if size == 1:
        size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
    elif size == 0:
        size = end - at
    return kind, at + header, min(end, at + size) if size >= header else at
