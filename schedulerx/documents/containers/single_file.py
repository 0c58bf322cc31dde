"""A compressed single file: a container of one member, named as the file without its ending."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from schedulerx.documents.containers.copying import PIECE, copy
from schedulerx.documents.containers.entry import Entry, Receiver
from schedulerx.documents.containers.streams import STREAM_ERRORS, Opener
from schedulerx.documents.integrity.rejections import unreadable
from schedulerx.documents.integrity.zip_limits import hold_growth
from schedulerx.settings import ValidateSettings


class SingleFile:
    """A `Container`. Its size is told by unpacking it once: no header of these formats can."""

    def __init__(self, path: Path, limits: ValidateSettings, opener: Opener, name: bytes) -> None:
        self._path = path
        self._limits = limits
        self._opener = opener
        self.packed = path.stat().st_size
        self.entries = (Entry(0, name, self._measured()),)

    def _measured(self) -> int:
        """Bytes up to the end, or up to where it breaks off."""
        size = 0
        try:
            with self._opener(self._path, self._limits) as stream:
                while piece := stream.read(PIECE):
                    size += len(piece)
                    hold_growth(self.packed, size, self._limits)
        except STREAM_ERRORS as error:
            if not size:
                raise unreadable(f"the compressed file does not unpack: {error}") from error
        return size

    def unpack(self, receiver: Receiver) -> None:
        """See `Container`."""
        target = receiver.begin(self.entries[0])
        try:
            with self._opener(self._path, self._limits) as stream:
                copy(stream, target)
        except STREAM_ERRORS as error:
            raise unreadable(f"the compressed file breaks off: {error}") from error
        receiver.end()


def content_name(path: str, endings: tuple[str, ...]) -> str:
    """The name of what is in a compressed file: `notes.txt` of `notes.txt.gz`."""
    name = PurePosixPath(path).name
    for ending in endings:
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name or "content"
