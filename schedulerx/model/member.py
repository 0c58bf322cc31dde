"""A member: one input, as a listing tells it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from schedulerx.model.identity import object_id, portable_path, raw_path

WITHIN = "!/"  # between a file and what lies in it


class MemberKind(StrEnum):
    """What the listing says it is. Only files are ever opened."""

    FILE = "file"
    LINK = "link"
    DEVICE = "device"
    SOCKET = "socket"
    FIFO = "fifo"
    UNLISTABLE = "unlistable"  # a folder that could not be listed


class Beside(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A file that completes the one it lies beside, and bears its name with a suffix: a database's
    log. It is an input of its own as well.
    """

    suffix: str
    bytes: int
    etag: str | None = None
    modified_ns: int = 0


class Member(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One input. `etag` is None where only a read can tell it (a local file not seen before).

    `path` is relative to the source; see `schedulerx.model.identity.portable_path` for `raw`.
    """

    path: str
    bytes: int
    etag: str | None = None
    raw: str | None = None
    kind: MemberKind = MemberKind.FILE
    modified_ns: int = 0  # local files only: with path and size the key of the ETag cache
    prior: str | None = None  # name of an older record, which the work starts from
    container: str | None = None  # object id of the file that came, of what lies in one
    beside: tuple[Beside, ...] = ()  # what it is not complete without

    @property
    def version(self) -> str | None:
        """What changes when its bytes do, or those of what completes it; None where not known."""
        tags = [self.etag, *(each.etag for each in self.beside)]
        return None if None in tags else "+".join(tag for tag in tags if tag is not None)

    def completing(self) -> Iterator[tuple[str, Member]]:
        """What lies beside as members of their own, each with its suffix."""
        for each in self.beside:
            path, raw = portable_path(raw_path(self.path, self.raw) + each.suffix.encode())
            yield (
                each.suffix,
                Member(
                    path=path,
                    raw=raw,
                    bytes=each.bytes,
                    etag=each.etag,
                    modified_ns=each.modified_ns,
                ),
            )

    def object_id(self, source: str = "", etag: str | None = None) -> str:
        """The object's id, 32 hex digits.

        Raises:
            ValueError: no ETag is known.
        """
        known = etag or self.etag
        if known is None:
            raise ValueError(f"{self.path}: its ETag is not known yet")
        known = "+".join([known, *(each.etag or "unread" for each in self.beside)])
        # What lies in a file is no file of the source, were its path the same.
        within = source if self.container is None else f"{source}\0{WITHIN}"
        return object_id(raw_path(self.path, self.raw), known, within)

    def within(self, name: builtins.bytes, size: int, container: str, kind: MemberKind) -> Member:
        """What lies in this one under a name: `outer.zip!/inner/file`."""
        path, raw = portable_path(raw_path(self.path, self.raw) + WITHIN.encode() + name)
        etag = None if kind is MemberKind.FILE else kind.value
        return Member(path=path, raw=raw, bytes=size, etag=etag, kind=kind, container=container)
