"""The body of an answer, within bounds of size and time.

httpx unpacks as much as it is told to, layer below layer: a few kilobytes become gigabytes. So
nothing but gzip is asked for or unpacked, a piece at a time.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import cast

import httpx

from schedulerx.posts.outcomes import AnswerLost

MAX_ANSWER = 32 * 1024**2  # bytes; answers are JSON, some with lists
ENCODINGS = "gzip"  # that are asked for
_GZIP = 16 + zlib.MAX_WBITS


def body_of(answer: httpx.Response, enough: int | None, is_late: Callable[[], bool]) -> bytes:
    """The body; no more of it than `enough`.

    Raises:
        AnswerLost: it is too long, comes too slowly, or is packed in a way nobody asked for.
    """
    body = bytearray()
    for piece in _plain(answer):
        body += piece
        if enough is not None and len(body) >= enough:
            return bytes(body[:enough])
        if len(body) > MAX_ANSWER:
            raise AnswerLost(f"the answer is longer than {MAX_ANSWER:,} bytes")
        if is_late():
            raise AnswerLost("the answer came too slowly, and was not waited for")
    return bytes(body)


def _plain(answer: httpx.Response) -> Iterator[bytes]:
    packing = answer.headers.get("content-encoding", "").strip().lower()
    pieces = cast("Iterable[bytes]", answer.stream)  # as they came
    if packing in ("", "identity"):
        return iter(pieces)
    if packing not in ("gzip", "x-gzip"):
        raise AnswerLost("the answer is packed in a way that was not asked for")
    return _unpacked(pieces)


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What gzip packed, of which no piece is longer than all that may come."""
    unpacker, came = zlib.decompressobj(_GZIP), False
    try:
        for packed in pieces:
            came = came or bool(packed)
            yield unpacker.decompress(packed, MAX_ANSWER + 1)
    except zlib.error as error:
        raise AnswerLost(f"the answer does not unpack: {error}") from error
    if came and not unpacker.eof:
        raise AnswerLost("the answer ends before what is packed in it")
