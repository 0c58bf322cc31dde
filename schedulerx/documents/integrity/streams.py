"""Compressed single files (gzip, bzip2, xz) and tar: read through once, within limits."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from schedulerx.documents.integrity.archive_names import hold_names, hold_special
from schedulerx.documents.integrity.rejections import refused, unreadable
from schedulerx.documents.integrity.zip_limits import hold_growth
from schedulerx.model.findings import SOUND, Findings
from schedulerx.settings import ValidateSettings

_PIECE = 1024 * 1024
_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)


# Their `read1` gives what came out before a break; their `read` loses it.
_Stream = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile


def _check(opener: Callable[[Path], _Stream], path: Path, limits: ValidateSettings) -> Findings:
    packed, unpacked = path.stat().st_size, 0
    try:
        with opener(path) as stream:
            while piece := stream.read1(_PIECE):
                unpacked += len(piece)
                hold_growth(packed, unpacked, limits)
                if unpacked > limits.max_checked_bytes:
                    return Findings(warnings=("only the beginning was tested",))
    except _ERRORS as error:
        if not unpacked:
            raise unreadable(f"the compressed file does not unpack: {error}") from error
        return Findings(damage=f"unpacks only up to byte {unpacked:,}: {error}")
    return SOUND


def check_gzip(path: Path, limits: ValidateSettings) -> Findings:
    """Whether a gzip file unpacks within limits.

    Raises:
        RejectedInput: it grows too much, or nothing comes out.
    """
    return _check(gzip.GzipFile, path, limits)


def check_bzip2(path: Path, limits: ValidateSettings) -> Findings:
    """Whether a bzip2 file unpacks within limits.

    Raises:
        RejectedInput: it grows too much, or nothing comes out.
    """
    return _check(bz2.BZ2File, path, limits)


def check_xz(path: Path, limits: ValidateSettings) -> Findings:
    """Whether an xz file unpacks within limits.

    Raises:
        RejectedInput: it grows too much, or nothing comes out.
    """
    return _check(lzma.LZMAFile, path, limits)


def check_tar(path: Path, limits: ValidateSettings) -> Findings:
    """Whether every member's header reads, and none climbs out of its folder.

    Raises:
        RejectedInput: hostile, over a limit, or without one member.
    """
    count = 0
    try:
        with tarfile.open(path, "r:") as archive:
            for count, member in enumerate(_members(archive), start=1):
                _hold_member(member, count, limits)
            end = archive.offset
    except (tarfile.TarError, *_ERRORS) as error:
        if not count:
            raise unreadable(f"the tar archive does not read: {error}") from error
        return Findings(damage=f"the tar archive breaks off after {count} members: {error}")
    cut = end > path.stat().st_size
    return Findings(damage="the tar archive ends within its last member") if cut else SOUND


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """One header after the other. The archive keeps them: `max_archive_members` bounds that."""
    while (member := archive.next()) is not None:
        yield member


def _hold_member(member: tarfile.TarInfo, count: int, limits: ValidateSettings) -> None:
    if count > limits.max_archive_members:
        raise refused(f"the archive has more than {limits.max_archive_members:,} members")
    hold_names((member.name,), limits)
    if not (member.isfile() or member.isdir()):
        hold_special(member.name, "link" if member.issym() or member.islnk() else "device", limits)
