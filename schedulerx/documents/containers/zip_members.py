"""ZIP archives: the directory is held to the limits, then members are read in its order."""

from __future__ import annotations

import zipfile
from pathlib import Path

from schedulerx.documents.containers.copying import copy
from schedulerx.documents.containers.entry import Entry, Receiver, Target
from schedulerx.documents.containers.zip_locked import LockedMembers
from schedulerx.documents.integrity.dictionaries import hold_dictionary, lzma1_dictionary
from schedulerx.documents.integrity.rejections import unreadable
from schedulerx.documents.integrity.zip_limits import (
    ENCRYPTED,
    ZIP_ERRORS,
    hold_count,
    hold_directory,
    is_link,
)
from schedulerx.errors import RejectedInput
from schedulerx.model.member import MemberKind
from schedulerx.model.passwords import Passwords
from schedulerx.settings import ValidateSettings

_UTF8 = 0x800
_READ_BY_ZIPFILE = frozenset({
    zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA,
})  # fmt: skip


class ZipMembers:
    """A `Container`. The archive is opened again for each pass: nothing stays open between."""

    def __init__(
        self, path: Path, limits: ValidateSettings, passwords: Passwords, line: int | None
    ) -> None:
        self._path = path
        self._limits = limits
        self._passwords = passwords
        self._line = line
        self.packed = path.stat().st_size
        hold_count(path, limits)
        try:
            with zipfile.ZipFile(path) as archive:
                members = archive.infolist()
        except ZIP_ERRORS as error:
            raise unreadable(f"the ZIP archive has no usable directory: {error}") from error
        hold_directory(members, self.packed, limits)
        self._members = [member for member in members if not member.is_dir()]
        self.entries = tuple(_entry(*numbered) for numbered in enumerate(self._members))

    def unpack(self, receiver: Receiver) -> None:
        """See `Container`. A member that does not read is at fault alone."""
        try:
            with zipfile.ZipFile(self._path) as archive:
                locked = LockedMembers(self._path, self._passwords, self._line)
                for entry, member in zip(self.entries, self._members, strict=True):
                    if entry.kind is MemberKind.FILE:
                        self._hand_over(archive, locked, entry, member, receiver)
        except zipfile.BadZipFile as error:
            raise unreadable(f"the ZIP archive changed while it was read: {error}") from error

    def _hand_over(
        self,
        archive: zipfile.ZipFile,
        locked: LockedMembers,
        entry: Entry,
        member: zipfile.ZipInfo,
        receiver: Receiver,
    ) -> None:
        fault = None
        target = receiver.begin(entry)
        try:
            if member.flag_bits & ENCRYPTED or member.compress_type not in _READ_BY_ZIPFILE:
                locked.copy(member, target)
            else:
                _hold_lzma(self._path, member, self._limits)
                _copy(archive, member, target)
        except RejectedInput as error:
            fault = error
        receiver.end(fault)


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Target) -> None:
    try:
        with archive.open(member) as stream:
            copy(stream, target)
    except (*ZIP_ERRORS, MemoryError) as error:
        raise unreadable(f"the member does not unpack: {error}") from error


def _hold_lzma(path: Path, member: zipfile.ZipInfo, limits: ValidateSettings) -> None:
    """LZMA's properties are the first bytes of the member's own (APPNOTE.TXT 5.8)."""
    if member.compress_type == zipfile.ZIP_LZMA:
        with path.open("rb") as file:
            file.seek(member.header_offset + 26)
            lengths = file.read(4)
            start = int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
            file.seek(start, 1)
            hold_dictionary(lzma1_dictionary(file.read(9)[4:]), limits)


def _entry(place: int, member: zipfile.ZipInfo) -> Entry:
    kind = MemberKind.LINK if is_link(member) else MemberKind.FILE
    return Entry(place, _name(member), member.file_size, kind)


def _name(member: zipfile.ZipInfo) -> bytes:
    """As told by the flag for UTF-8; many tools write it unflagged. Else code page 437 (APPNOTE.TXT
    D.1), in which zipfile has read it.
    """
    name = member.orig_filename
    if not member.flag_bits & _UTF8:
        try:
            stored = name.encode("cp437")
            stored.decode("utf-8")
        except UnicodeError:
            return name.encode("utf-8", "surrogateescape")
        return stored
    return name.encode("utf-8", "surrogateescape")
