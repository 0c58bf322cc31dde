"""ZIP archives: members are counted, sized and named before one is read; then read as tested.

Nothing is ever unpacked to a path. Limits hold against what the directory declares and against
what comes out.
"""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path

from schedulerx.documents.integrity.nesting import hold_depth
from schedulerx.documents.integrity.rejections import unreadable
from schedulerx.documents.integrity.zip_limits import ZIP_ERRORS, hold_count, hold_members
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings

_PIECE = 1024 * 1024


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether the archive may be unpacked, and every member reads as its checksum says.

    Raises:
        RejectedInput: it is locked, hostile, over a limit, or has no directory.
    """
    hold_count(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            hold_members(members, path.stat().st_size, limits)
            hold_depth(archive, limits)
            broken, untested = _tested(archive, members, limits)
    except ZIP_ERRORS as error:
        raise unreadable(f"the ZIP archive has no usable directory: {error}") from error
    if broken and len(broken) == sum(not member.is_dir() for member in members):
        raise unreadable(f"not one of the {len(broken)} members of the archive is sound")
    damage = f"{len(broken)} members are damaged, as {broken[0]!r}" if broken else None
    return Findings(damage=damage, warnings=(*_oddities(members), *untested))


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
