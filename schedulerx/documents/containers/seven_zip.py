"""7-Zip archives by py7zr: its headers are held to the limits, then folders unpack as they come."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

# The containers are opened in workers alone; validation on arrival goes without these wheels.
import py7zr
from py7zr import archiveinfo
from py7zr.exceptions import ArchiveError, PasswordRequired
from py7zr.io import Py7zIO, WriterFactory

from schedulerx.documents.containers.copying import Measure
from schedulerx.documents.containers.entry import Entry, Receiver, Target
from schedulerx.documents.integrity.archive_names import hold_names, hold_special
from schedulerx.documents.integrity.dictionaries import (
    hold_dictionary,
    lzma1_dictionary,
    lzma2_dictionary,
    ppmd_memory,
)
from schedulerx.documents.integrity.rejections import locked, unreadable
from schedulerx.documents.integrity.sevenzip import hold_header
from schedulerx.errors import RejectedInput
from schedulerx.model.member import MemberKind
from schedulerx.model.passwords import Passwords
from schedulerx.settings import ValidateSettings

# What py7zr and its decompressors raise on broken archives, and on wrong passwords.
_ERRORS = (
    ArchiveError, PasswordRequired, lzma.LZMAError, zlib.error, OSError, EOFError, ValueError,
    KeyError, IndexError, TypeError, AttributeError, AssertionError, OverflowError, MemoryError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
_MEMORY = {
    b"\x03\x01\x01": lzma1_dictionary,
    b"\x21": lzma2_dictionary,
    b"\x03\x04\x01": ppmd_memory,
}
_LOCKED = "the 7-Zip archive needs a password"


class SevenZipMembers:
    """A `Container`. `line` is that of the password that opened it."""

    def __init__(
        self, path: Path, limits: ValidateSettings, passwords: Passwords, line: int | None
    ) -> None:
        self._path = path
        self._limits = limits
        self.packed = path.stat().st_size
        hold_header(path, limits)
        self.line, self._password = _password(path, limits, passwords, line)
        with _opened(path, self._password, limits) as archive:
            self.entries = tuple(_entries(archive, limits))

    def unpack(self, receiver: Receiver) -> None:
        """See `Container`. Members share a stream: after a break in it, the rest cannot be had."""
        with _opened(self._path, self._password, self._limits) as archive:
            _number_names(archive)
            _extract(archive, _Handover(self.entries, receiver))


@contextmanager
def _opened(
    path: Path, password: str | None, limits: ValidateSettings
) -> Iterator[py7zr.SevenZipFile]:
    # A fifth of a kilobyte is taken for each member before anything else can count them.
    archiveinfo.MAX_NUMFILES = 2 * limits.max_archive_members  # folders are among them
    try:
        with path.open("rb") as file, py7zr.SevenZipFile(file, password=password) as archive:
            yield archive
    except PasswordRequired as error:
        raise locked(_LOCKED) from error
    except _ERRORS as error:
        raise unreadable(f"the 7-Zip archive does not unpack: {_words(error)}") from error


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _entries(archive: py7zr.SevenZipFile, limits: ValidateSettings) -> Iterator[Entry]:
    for folder in _folders(archive):
        for coder in folder.coders:
            needed = _MEMORY.get(coder["method"])
            if needed is not None and coder.get("properties"):
                hold_dictionary(needed(coder["properties"]), limits)
    files = list(_files(archive))
    hold_names((file.filename for file in files), limits)
    for place, file in enumerate(files):
        if file.is_directory:
            continue
        kind = _kind(file)
        if kind is not MemberKind.FILE:
            hold_special(file.filename, kind.value, limits)
        name = file.filename.encode("utf-8", "surrogatepass")
        yield Entry(place, name, file.uncompressed or 0, kind)


def _files(archive: py7zr.SevenZipFile) -> list[Any]:
    """None where the archive is empty."""
    return list(getattr(archive, "files", ()))


def _folders(archive: py7zr.SevenZipFile) -> list[Any]:
    streams = getattr(getattr(archive, "header", None), "main_streams", None)
    return list(streams.unpackinfo.folders) if streams is not None else []


def _kind(file: Any) -> MemberKind:
    if file.is_symlink or file.is_junction:
        return MemberKind.LINK
    return MemberKind.SOCKET if file.is_socket else MemberKind.FILE


def _number_names(archive: py7zr.SevenZipFile) -> None:
    """Members are told apart by number: their names are not made into paths, and may be equal."""
    for place, file in enumerate(archive.files.files_list):
        file["filename"] = str(place)


def _extract(archive: py7zr.SevenZipFile, factory: WriterFactory) -> None:
    archive.extractall(factory=factory)


class _Handover(WriterFactory):
    """Hands each member over when the archive is through with it."""

    def __init__(self, entries: tuple[Entry, ...], receiver: Receiver) -> None:
        self._entries = {entry.place: entry for entry in entries}
        self._receiver = receiver

    def create(self, filename: str) -> Py7zIO:
        """The file of a member, told by its number."""
        entry = self._entries[int(PurePosixPath(filename).name)]
        if entry.kind is not MemberKind.FILE:
            return _Writer(Measure(entry.bytes), None)
        return _Writer(self._receiver.begin(entry), self._receiver)


class _Writer(Py7zIO):
    """What py7zr writes a member to. It is closed when the member's checksum has been found right,
    and only then.
    """

    def __init__(self, target: Target, receiver: Receiver | None) -> None:
        self._target = target
        self._receiver = receiver
        self._size = 0

    def write(self, s: bytes | bytearray) -> int:
        self._size += len(s)
        return self._target.write(bytes(s))

    def read(self, size: int | None = None) -> bytes:  # noqa: ARG002  (py7zr's shape)
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002  (py7zr's shape)
        return 0

    def flush(self) -> None:
        """Nothing waits."""

    def size(self) -> int:
        return self._size

    def close(self) -> None:
        if self._receiver is not None:
            self._receiver.end()


def _password(
    path: Path, limits: ValidateSettings, passwords: Passwords, line: int | None
) -> tuple[int | None, str | None]:
    """The line and the text of the password that opens the archive; none where it is open.

    Raises:
        RejectedInput: locked to all of them, or broken.
    """
    try:
        with _opened(path, None, limits) as archive:
            if not archive.needs_password():
                return None, None
    except RejectedInput as error:
        if error.reason != _LOCKED:
            raise
    for number, password in passwords.first(line):
        if _opens(path, password, limits):
            return number, password
    raise locked(passwords.still_locked(_LOCKED))


def _opens(path: Path, password: str, limits: ValidateSettings) -> bool:
    """Whether the first member that holds anything unpacks, and its checksum fits."""
    try:
        with _opened(path, password, limits) as archive:
            sizes = {place: file.uncompressed for place, file in enumerate(_files(archive))}
            filled = next((place for place, size in sizes.items() if size), None)
            if filled is not None:
                _number_names(archive)
                archive.extract(targets=[str(filled)], factory=_Trial(sizes[filled]))
    except RejectedInput:
        return False
    return True


class _Trial(WriterFactory):
    """Takes a member's bytes and keeps none."""

    def __init__(self, size: int) -> None:
        self._size = size

    def create(self, filename: str) -> Py7zIO:  # noqa: ARG002  (py7zr's shape)
        """A writer that hands over to nobody."""
        return _Writer(Measure(self._size), None)
