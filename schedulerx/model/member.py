"""A member: one input, as a listing tells it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from schedulerx.model.identity import object_id, raw_path


class MemberKind(StrEnum):
    """What the listing says it is. Only files are ever opened."""

    FILE = "file"
    LINK = "link"
    DEVICE = "device"
    SOCKET = "socket"
    FIFO = "fifo"
    UNLISTABLE = "unlistable"  # a folder that could not be listed


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
    prior: str | None = None  # fingerprint of an older record, which the work starts from

    def object_id(self, source: str = "", etag: str | None = None) -> str:
        """The object's id, 32 hex digits.

        Raises:
            ValueError: no ETag is known.
        """
        known = etag or self.etag
        if known is None:
            raise ValueError(f"{self.path}: its ETag is not known yet")
        return object_id(raw_path(self.path, self.raw), known, source)
