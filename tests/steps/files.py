"""Work for FILE steps in tests: a file on disk, artifacts in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from schedulerx.errors import ArtifactNotFound
from schedulerx.model.identity import object_id
from schedulerx.model.member import Member
from schedulerx.model.record import Description, Origin, Record
from schedulerx.model.work import FileWork
from schedulerx.settings import ProcessingSettings


class MemoryArtifacts:
    """An ArtifactStore that is a dictionary."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def get(self, key: str) -> bytes:
        if key not in self.held:
            raise ArtifactNotFound(key)
        return self.held[key]

    def get_range(self, key: str, start: int, length: int) -> bytes:
        return self.get(key)[start : start + length]

    def put(self, key: str, data: bytes) -> None:
        self.held[key] = data

    def put_new(self, key: str, data: bytes) -> bool:
        mine = bytes(bytearray(data))  # an object of its own: two may offer the same one
        return self.held.setdefault(key, mine) is mine

    def put_file(self, key: str, path: Path) -> None:
        self.held[key] = path.read_bytes()

    def copy_file(self, key: str, path: Path) -> None:
        self.held[key] = path.read_bytes()

    def exists(self, key: str) -> bool:
        return key in self.held

    def keys(self, prefix: str) -> Iterator[str]:
        return iter(sorted(key for key in self.held if key.startswith(prefix)))

    def delete(self, key: str) -> None:
        self.held.pop(key, None)

    def location(self, key: str) -> str:
        return f"memory:{key}"


def file_work(
    path: Path,
    media_type: str | None,
    *,
    settings: ProcessingSettings | None = None,
    description: Description | None = None,
    artifacts: MemoryArtifacts | None = None,
) -> tuple[FileWork, Record]:
    """What a FILE step is given for this file."""
    data = path.read_bytes()
    member = Member(path=path.name, bytes=len(data), etag=hashlib.md5(data).hexdigest())
    record = Record(
        object_id=object_id(path.name.encode(), member.etag or ""),
        origin=Origin(path=path.name, bytes=len(data), etag=member.etag or ""),
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        description=description or Description(),
    )
    work = FileWork(
        member=member,
        path=path,
        artifacts=artifacts or MemoryArtifacts(),
        settings=settings or ProcessingSettings(),
        fingerprint="f" * 16,
    )
    return work, record
