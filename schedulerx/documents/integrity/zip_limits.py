"""What a ZIP archive may hold, by its directory's own word: names, numbers, sizes, growth."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path

from schedulerx.documents.integrity.archive_names import hold_names, hold_special
from schedulerx.documents.integrity.rejections import locked, refused
from schedulerx.settings import ValidateSettings

ENCRYPTED = 0x1
_DIRECTORY_BYTES = 512  # generous, for one member
_LOCAL_HEADER_BYTES = 30

# What zipfile and its decompressors raise on broken archives.
ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, struct.error,
    IndexError, OverflowError,
)  # fmt: skip


def hold_count(path: Path, limits: ValidateSettings) -> None:
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
    if min(length, size) > limits.max_archive_members * _DIRECTORY_BYTES:
        raise refused(f"the archive's directory has {length:,} bytes: more members than allowed")


def hold_members(
    members: list[zipfile.ZipInfo], archive_bytes: int, limits: ValidateSettings
) -> None:
    """Refuses what the directory declares, and tells locked archives.

    Raises:
        RejectedInput: locked, hostile or over a limit.
    """
    hold_directory(members, archive_bytes, limits)
    shut = sum(bool(member.flag_bits & ENCRYPTED) for member in members)
    if shut:
        raise locked(f"{shut} of the archive's {len(members)} members need a password")


def hold_directory(
    members: list[zipfile.ZipInfo], archive_bytes: int, limits: ValidateSettings
) -> None:
    """Refuses what the directory declares.

    Raises:
        RejectedInput: hostile or over a limit.
    """
    if len(members) > limits.max_archive_members:
        raise refused(
            f"the archive has {len(members):,} members, over {limits.max_archive_members:,}"
        )
    hold_names((member.orig_filename for member in members), limits)
    for member in members:
        if is_link(member):
            hold_special(member.orig_filename, "link", limits)
    packed = sum(member.compress_size for member in members)
    hold_growth(packed, sum(member.file_size for member in members), limits)
    if packed > archive_bytes and len(members) > 1:
        raise refused("members of the archive overlap: it unpacks to more than it holds")
    _hold_apart(members)


def is_link(member: zipfile.ZipInfo) -> bool:
    """Whether the member is a symbolic link, as Unix tools note it."""
    return stat.S_ISLNK(member.external_attr >> 16)


def _hold_apart(members: list[zipfile.ZipInfo]) -> None:
    """Refuses members that lie in one another: a few bytes would be unpacked again and again."""
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise refused(f"the member {member.orig_filename!r} overlaps another one")
        end = member.header_offset + _LOCAL_HEADER_BYTES + member.compress_size


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
