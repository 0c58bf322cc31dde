"""A store in memory, for what only needs the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schedulerx.errors import ArtifactNotFound


class MemoryArtifacts:
    """An `ArtifactStore` in a dictionary; counts what is read."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.gets: list[str] = []

    def get(self, key: str) -> bytes:
        self.gets.append(key)
        try:
            return self.objects[key]
        except KeyError:
            raise ArtifactNotFound(key) from None

    def get_range(self, key: str, start: int, length: int) -> bytes:
        return self.get(key)[start : start + length]

    def put(self, key: str, data: bytes) -> None:
        self.objects[key] = data

    def put_new(self, key: str, data: bytes) -> bool:
        mine = bytes(bytearray(data))  # an object of its own: two may offer the same one
        return self.objects.setdefault(key, mine) is mine

    def put_file(self, key: str, path: Path) -> None:
        self.objects[key] = path.read_bytes()

    def copy_file(self, key: str, path: Path) -> None:
        self.objects[key] = path.read_bytes()

    def exists(self, key: str) -> bool:
        return key in self.objects

    def keys(self, prefix: str) -> Iterator[str]:
        yield from sorted(key for key in self.objects if key.startswith(prefix))

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def location(self, key: str) -> str:
        return f"memory://{key}"
