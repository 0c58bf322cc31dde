"""A folder as the source: walked without following a link, read without changing a byte."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schedulerx.errors import InputGone, RejectedInput, RetryableError
from schedulerx.model.identity import portable_path, raw_path
from schedulerx.model.member import Member, MemberKind
from schedulerx.model.record import ReasonCode
from schedulerx.stores.etag_cache import EtagCache

_KINDS = {
    stat.S_IFLNK: MemberKind.LINK,
    stat.S_IFSOCK: MemberKind.SOCKET,
    stat.S_IFIFO: MemberKind.FIFO,
    stat.S_IFBLK: MemberKind.DEVICE,
    stat.S_IFCHR: MemberKind.DEVICE,
}


class FolderSource:
    """A `Source` over a folder. Paths are bytes inside; `exclude` are folders never entered."""

    def __init__(
        self,
        root: Path,
        *,
        prefixes: tuple[str, ...] = (),
        exclude: tuple[Path, ...] = (),
        etags: EtagCache | None = None,
    ) -> None:
        self._root = os.fsencode(root.resolve())
        self._prefixes = tuple(prefix.encode("utf-8") for prefix in prefixes)
        self._exclude = {os.fsencode(folder.resolve()) for folder in exclude}
        self._etags = etags

    def location(self) -> str:
        """See `Source`."""
        return portable_path(self._root)[0]

    def members(self) -> Iterator[Member]:
        """See `Source`."""
        for member in self._walk():
            if not self._prefixes or raw_path(member.path, member.raw).startswith(self._prefixes):
                yield member

    def _walk(self) -> Iterator[Member]:
        # A stack, not recursion: folders may nest deeper than Python's stack. Reversed, because
        # the last pushed comes first; sorted with "/" after folders, which is S3's key order.
        stack: list[tuple[bytes, os.stat_result | None]] = [(b"", None)]
        while stack:
            path, status = stack.pop()
            if status is not None:
                yield self._member(path, status)
                continue
            try:
                stack.extend(reversed(self._entries(path)))
            except OSError:
                name, raw = portable_path(path)
                yield Member(path=name, raw=raw, bytes=0, kind=MemberKind.UNLISTABLE)

    def _entries(self, folder: bytes) -> list[tuple[bytes, os.stat_result | None]]:
        found: list[tuple[bytes, os.stat_result | None]] = []
        with os.scandir(b"/".join((self._root, folder))) as entries:
            for entry in entries:
                path = folder + entry.name
                if not entry.is_dir(follow_symlinks=False):
                    found.append((path, entry.stat(follow_symlinks=False)))
                elif entry.path not in self._exclude:
                    found.append((path + b"/", None))
        found.sort(key=lambda item: item[0])
        return found

    def _member(self, path: bytes, status: os.stat_result) -> Member:
        name, raw = portable_path(path)
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), MemberKind.FILE)
        if kind is not MemberKind.FILE:
            return Member(path=name, raw=raw, bytes=0, kind=kind, etag=kind.value)
        size, modified = status.st_size, status.st_mtime_ns
        etag = self._etags.get(path, size, modified) if self._etags else None
        return Member(path=name, raw=raw, bytes=size, etag=etag, modified_ns=modified)

    @contextmanager
    def local_file(self, member: Member) -> Iterator[Path]:
        """See `Source`. A file that changes while it is read fails, to be read again."""
        raw = raw_path(member.path, member.raw)
        path = b"/".join((self._root, raw))
        read = {path: member}
        read |= {path + suffix.encode(): log for suffix, log in member.completing()}
        for each, of in read.items():
            self._must_be_inside(each, of)
        if member.raw is None:
            yield Path(os.fsdecode(path))
        else:  # libraries want names they can encode: lend the bytes under a plain one
            with tempfile.TemporaryDirectory() as folder:
                lent = os.fsencode(folder) + b"/file"
                for each in read:
                    shutil.copyfile(each, lent + each.removeprefix(path))
                yield Path(os.fsdecode(lent))
        for each, of in read.items():
            if _changed(each, of):
                raise RetryableError(
                    f"{of.path} changed while it was being read; run again when it is at rest"
                )

    def _must_be_inside(self, path: bytes, member: Member) -> None:
        real = os.path.realpath(path)
        if real != path or not stat.S_ISREG(_lstat(path, member).st_mode):
            raise RejectedInput(
                ReasonCode.SPECIAL,
                f"{member.path} is no longer a plain file inside the source; it was not opened",
            )


def _lstat(path: bytes, member: Member) -> os.stat_result:
    try:
        return os.lstat(path)
    except FileNotFoundError as error:
        raise InputGone(
            f"{member.path} was removed after it was listed; run again for a new listing"
        ) from error


def _changed(path: bytes, member: Member) -> bool:
    status = _lstat(path, member)
    return (status.st_size, status.st_mtime_ns) != (member.bytes, member.modified_ns)
