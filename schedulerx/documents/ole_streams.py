"""Streams of OLE compound files by olefile, which follows no chain of sectors twice."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import olefile

from schedulerx.documents.damage import DamagedDocument

MAX_STREAM_BYTES = 256 * 1024 * 1024
# What olefile raises on broken files beside its own OSErrors.
_ERRORS = (
    OSError, struct.error, IndexError, AttributeError, TypeError, ValueError, KeyError,
    OverflowError, RecursionError,
)  # fmt: skip


@contextmanager
def opened(path: Path) -> Iterator[olefile.OleFileIO]:
    """The file; what is wrong within it is damage of the document.

    Raises:
        DamagedDocument: it cannot be read (further).
    """
    try:
        with olefile.OleFileIO(str(path)) as file:
            yield file
    except _ERRORS as error:
        raise DamagedDocument(f"The OLE document cannot be read: {error}") from error


def stream(file: olefile.OleFileIO, *way: str) -> bytes:
    """The bytes of a stream, at most `MAX_STREAM_BYTES`; none where it is not there."""
    if not file.exists(list(way)):
        return b""
    with file.openstream(list(way)) as source:
        data: bytes = source.read(MAX_STREAM_BYTES)
    return data


def names(file: olefile.OleFileIO, within: Sequence[str] = ()) -> list[list[str]]:
    """The ways to all streams and storages below one, as they are listed."""
    depth = len(within)
    listed: list[list[str]] = file.listdir(streams=True, storages=True)
    return [way for way in listed if len(way) > depth and list(within) == way[:depth]]
