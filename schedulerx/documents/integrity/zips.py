"""ZIP archives: members are counted, sized and named before one is read; then read as tested.

Nothing is ever unpacked to a path. Limits hold against what the directory declares and against
what comes out.
"""

from __future__ import annotations

import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from schedulerx.documents.integrity.rejections import locked, refused, unreadable
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings

_PIECE = 1024 * 1024
_ENCRYPTED = 0x1
_LOCAL_HEADER = 30
_ARCHIVE_START = b"PK\x03\x04"
_IN_MEMORY = 8 * 1024 * 1024

# What zipfile and its decompressors raise on broken archives.
ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, struct.error,
    IndexError, OverflowError,
)  # fmt: skip


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether the archive may be unpacked, and every member reads as its checksum says.

    Raises:
        RejectedInput: it is locked, hostile, over a limit, or has no directory.
    """
    _hold_count(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            hold_members(members, path.stat().st_size, limits)
            _hold_depth(archive, limits)
            broken, untested = _tested(archive, members, limits)
    except ZIP_ERRORS as error:
        raise unreadable(f"the ZIP archive has no usable directory: {error}") from error
    if broken and len(broken) == sum(not member.is_dir() for member in members):
        raise unreadable(f"not one of the {len(broken)} members of the archive is sound")
    damage = f"{len(broken)} members are damaged, as {broken[0]!r}" if broken else None
    return Findings(damage=damage, warnings=(*_oddities(members), *untested))


def _hold_count(path: Path, limits: ValidateSettings) -> None:
    """Holds the number of members before the directory is loaded: each costs half a kilobyte."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 22 - 65_535))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    wide = tail.rfind(b"PK\x06\x06", 0, max(at, 0))
    if wide >= 0:
        length = int.from_bytes(tail[wide + 40 : wide + 48], "little")
    if min(length, size) > limits.max_archive_members * 512:
        raise refused(f"the archive's directory has {length:,} bytes: more members than allowed")


def hold_members(
    members: list[zipfile.ZipInfo], archive_bytes: int, limits: ValidateSettings
) -> None:
    """Refuses what the directory declares, and tells locked archives.

    Raises:
        RejectedInput: locked, hostile or over a limit.
    """
    escaping = [member.filename for member in members if escapes(member.filename)]
    if escaping:
        raise refused(f"the member {escaping[0]!r} would be unpacked outside its folder")
    if len(members) > limits.max_archive_members:
        raise refused(
            f"the archive has {len(members):,} members, over {limits.max_archive_members:,}"
        )
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    hold_growth(packed, unpacked, limits)
    if packed > archive_bytes and len(members) > 1:
        raise refused("members of the archive overlap: it unpacks to more than it holds")
    shut = sum(bool(member.flag_bits & _ENCRYPTED) for member in members)
    if shut:
        raise locked(f"{shut} of the archive's {len(members)} members need a password")


def hold_growth(packed: int, unpacked: int, limits: ValidateSettings) -> None:
    """Refuses what unpacks to too much.

    Raises:
        RejectedInput: over the size or, from `min_ratio_bytes` on, over the ratio.
    """
    if unpacked > limits.max_archive_bytes:
        raise refused(f"unpacks to {unpacked:,} bytes, over the limit {limits.max_archive_bytes:,}")
    ratio = unpacked // max(1, packed)
    if unpacked > limits.min_ratio_bytes and ratio > limits.max_archive_ratio:
        raise refused(
            f"unpacks to {ratio} times its size, over the limit of {limits.max_archive_ratio}"
        )


def escapes(name: str) -> bool:
    """Whether a member's name climbs out of the folder it is unpacked into."""
    return ".." in re.split(r"[/\\]", name)


def _oddities(members: Iterable[zipfile.ZipInfo]) -> list[str]:
    """What is never followed or taken literally, but no reason to refuse a phone's file system."""
    found = []
    names = [
        member.filename for member in members if re.match(r"[/\\]|[A-Za-z]:[/\\]", member.filename)
    ]
    links = [member.filename for member in members if stat.S_ISLNK(member.external_attr >> 16)]
    if names:
        found.append(f"{len(names)} members have absolute names, as {names[0]!r}")
    if links:
        found.append(f"{len(links)} members are links, as {links[0]!r}; they are not followed")
    return found


def _tested(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limits: ValidateSettings
) -> tuple[list[str], list[str]]:
    """Names of members that do not read, and a warning about those that were not tried."""
    broken: list[str] = []
    budget, skipped = limits.max_checked_bytes, 0
    for member in members:
        if member.file_size > budget:
            skipped += 1
            continue
        budget -= member.file_size
        try:
            _drain(archive, member)
        except NotImplementedError:  # a method this Python does not know
            skipped += 1
        except ZIP_ERRORS:
            broken.append(member.filename)
    return broken, [f"{skipped} members were not tested"] if skipped else []


def _drain(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    with archive.open(member) as stream:
        while stream.read(_PIECE):
            pass


class _Depth:
    """Follows archives in archives, deepest first, within one budget of bytes."""

    def __init__(self, limits: ValidateSettings) -> None:
        self._limits = limits
        self._budget = limits.max_checked_bytes

    def hold(self, archive: zipfile.ZipFile, level: int) -> None:
        if level > self._limits.max_depth:
            raise refused(f"archives lie in archives deeper than {self._limits.max_depth} levels")
        for member in archive.infolist():
            if self._is_archive(archive, member) and member.file_size <= self._budget:
                self._budget -= member.file_size
                self._descend(archive, member, level)

    def _is_archive(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
        try:
            with archive.open(member) as stream:
                return stream.read(4) == _ARCHIVE_START
        except (*ZIP_ERRORS, NotImplementedError):
            return False

    def _descend(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, level: int) -> None:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
            try:
                _copy(archive, member, copy)
                inner = zipfile.ZipFile(copy)
            except (*ZIP_ERRORS, NotImplementedError):
                return  # it is judged on its own when it is unpacked
            with inner:
                self.hold(inner, level + 1)


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, copy: IO[bytes]) -> None:
    with archive.open(member) as stream:
        while piece := stream.read(_PIECE):
            copy.write(piece)


def _hold_depth(archive: zipfile.ZipFile, limits: ValidateSettings) -> None:
    _Depth(limits).hold(archive, 1)
