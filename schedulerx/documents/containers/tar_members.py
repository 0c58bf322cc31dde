"""tar archives, compressed or not: read forward once to be listed, once to be unpacked."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

from schedulerx.documents.containers.copying import copy
from schedulerx.documents.containers.entry import Entry, Receiver
from schedulerx.documents.containers.streams import STREAM_ERRORS, Opener
from schedulerx.documents.integrity.archive_names import hold_names, hold_special
from schedulerx.documents.integrity.rejections import refused, unreadable
from schedulerx.documents.integrity.zip_limits import hold_growth
from schedulerx.errors import RejectedInput
from schedulerx.model.member import MemberKind
from schedulerx.settings import ValidateSettings

BLOCK = 512
_HEADER_BYTES = 4 * 1024 * 1024  # of one member: long names and PAX records, which lie in memory


class TarMembers:
    """A `Container`."""

    def __init__(self, path: Path, limits: ValidateSettings, opener: Opener) -> None:
        self._path = path
        self._limits = limits
        self._opener = opener
        self.packed = path.stat().st_size
        self.entries = tuple(self._listed())
        names = (entry.name.decode("utf-8", "surrogateescape") for entry in self.entries)
        hold_names(names, limits)

    def _listed(self) -> Iterator[Entry]:
        with self._opened() as archive:
            place = unpacked = 0
            for member in archive:
                unpacked += member.size
                hold_growth(self.packed, unpacked, self._limits)
                if place >= self._limits.max_archive_members:
                    raise refused(f"the archive has more than {place:,} members")
                if not member.isdir():
                    yield self._entry(place, member)
                    place += 1

    def _entry(self, place: int, member: tarfile.TarInfo) -> Entry:
        kind = _kind(member)
        if kind is not MemberKind.FILE:
            hold_special(member.name, kind.value, self._limits)
        name = member.name.encode("utf-8", "surrogateescape")
        return Entry(place, name, member.size if kind is MemberKind.FILE else 0, kind)

    def unpack(self, receiver: Receiver) -> None:
        """See `Container`."""
        with self._opened() as archive:
            files = (member for member in archive if not member.isdir())
            for entry, member in zip(self.entries, files, strict=True):
                if entry.kind is not MemberKind.FILE:
                    continue
                source = archive.content(member)
                copy(source, receiver.begin(entry))
                receiver.end()

    @contextmanager
    def _opened(self) -> Iterator[_Reader]:
        try:
            with self._opener(self._path, self._limits) as stream, _Reader(stream) as reader:
                yield reader
        except (tarfile.TarError, *STREAM_ERRORS) as error:
            raise unreadable(f"the archive breaks off: {error}") from error


class _Reader:
    """A tar archive read forward. What one header may make the reader take in is bounded."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._allowed = 2 * _HEADER_BYTES
        self._archive = tarfile.open(  # noqa: SIM115  (closed by __exit__)
            fileobj=self,  # type: ignore[call-overload]  # a stream is only read
            mode="r|",
            encoding="utf-8",
            errors="surrogateescape",
            bufsize=20 * BLOCK,
        )

    def read(self, size: int) -> bytes:
        """The stream's next bytes. Raises RejectedInput for a header that never ends."""
        self._allowed -= size
        if self._allowed < 0:
            raise refused("a member's header takes more memory than any genuine one")
        return self._stream.read(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def __iter__(self) -> Iterator[tarfile.TarInfo]:
        while (member := self._archive.next()) is not None:
            self._archive.members.clear()  # it keeps all it has seen
            self._allowed = member.size + 2 * _HEADER_BYTES
            yield member

    def content(self, member: tarfile.TarInfo) -> IO[bytes]:
        """The member's bytes, to be read before the next one is asked for."""
        file: IO[bytes] | None = self._archive.extractfile(member)
        if file is None:
            raise unreadable(f"the member {member.name!r} has no content")
        return file


def _kind(member: tarfile.TarInfo) -> MemberKind:
    if member.isfile():
        return MemberKind.FILE
    if member.issym() or member.islnk():
        return MemberKind.LINK
    return MemberKind.FIFO if member.isfifo() else MemberKind.DEVICE


def is_tar(stream: IO[bytes]) -> bool:
    """Whether a stream begins as a tar archive does: the checksum of its first header fits."""
    try:
        tarfile.TarInfo.frombuf(stream.read(BLOCK), "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def opens_as_tar(path: Path, limits: ValidateSettings, opener: Opener) -> bool:
    """Whether there is a tar archive in the compressed file.

    Raises:
        RejectedInput: nothing comes out of it.
    """
    try:
        with opener(path, limits) as stream:
            return is_tar(stream)
    except RejectedInput:
        raise
    except STREAM_ERRORS as error:
        raise unreadable(f"the compressed file does not unpack: {error}") from error
