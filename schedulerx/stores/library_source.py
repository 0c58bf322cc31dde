"""A folder as the source of a photo library."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from schedulerx.model.library import Asset
from schedulerx.model.member import Member, MemberKind
from schedulerx.stores.folder_source import FolderSource

if TYPE_CHECKING:
    from schedulerx.library.ports import Writer

_CHUNK = 1024 * 1024


class FolderLibrarySource:
    """Implements `schedulerx.library.ports.LibrarySource`. A version is size and time."""

    def __init__(self, root: Path, exclude: tuple[Path, ...] = ()) -> None:
        self._source = FolderSource(root, exclude=exclude)

    def location(self) -> str:
        """See `LibrarySource`."""
        return self._source.location()

    def assets(self) -> Iterator[Asset]:
        """See `LibrarySource`."""
        return map(_asset, self._source.members())

    def read(self, asset: Asset, out: Writer) -> None:
        """See `LibrarySource`."""
        with self._source.local_file(_member(asset)) as path, path.open("rb") as file:
            shutil.copyfileobj(file, out, _CHUNK)


def _asset(member: Member) -> Asset:
    refusal = failure = None
    if member.kind is MemberKind.UNLISTABLE:
        failure = f"the folder {member.path} could not be listed; mend its permissions, run again"
    elif member.kind is not MemberKind.FILE:
        refusal = f"{member.path} is a {member.kind.value}; only files are opened"
    return Asset(
        path=member.path,
        raw=member.raw,
        bytes=member.bytes,
        version=f"{member.bytes}-{member.modified_ns}",
        refusal=refusal,
        failure=failure,
    )


def _member(asset: Asset) -> Member:
    modified = int(asset.version.partition("-")[2])
    return Member(path=asset.path, raw=asset.raw, bytes=asset.bytes, modified_ns=modified)
