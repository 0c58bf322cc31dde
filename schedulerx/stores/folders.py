"""Folders that stand for buckets: the artifacts of a folder run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from schedulerx.errors import ArtifactNotFound

PARTIAL = ".partial"


class FolderArtifacts:
    """An `ArtifactStore` in a folder. A file is written beside, then renamed over its key."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._partial = root / PARTIAL
        self._partial.mkdir(parents=True, exist_ok=True)

    def _path(self, key: str) -> Path:
        return self._root / key

    @contextmanager
    def _open(self, key: str) -> Iterator[BinaryIO]:
        try:
            file = self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise ArtifactNotFound(f"no artifact {key} in {self._root}") from error
        with file:
            yield file

    def get(self, key: str) -> bytes:
        """See `ArtifactStore`."""
        with self._open(key) as file:
            return file.read()

    def get_range(self, key: str, start: int, length: int) -> bytes:
        """See `ArtifactStore`."""
        with self._open(key) as file:
            file.seek(start)
            return file.read(length)

    def put(self, key: str, data: bytes) -> None:
        """See `ArtifactStore`."""
        with self._written(data) as path:
            self._publish(path, key)

    def put_new(self, key: str, data: bytes) -> bool:
        """See `ArtifactStore`."""
        target = self._path(key)
        with self._written(data) as path:
            path.chmod(0o644)
            while True:
                target.parent.mkdir(parents=True, exist_ok=True)
                try:
                    os.link(path, target)  # whole at once, and never over another
                except FileExistsError:
                    return False
                except FileNotFoundError:
                    if not path.exists():
                        raise
                    continue  # another deleted the folder's last file, and the folder
                return True

    @contextmanager
    def _written(self, data: bytes) -> Iterator[Path]:
        """The bytes in a file beside, for the time of the context."""
        handle, name = tempfile.mkstemp(dir=self._partial)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def put_file(self, key: str, path: Path) -> None:
        """See `ArtifactStore`."""
        if path.stat().st_dev == self._partial.stat().st_dev:
            self._publish(path, key)
        else:
            self.copy_file(key, path)

    def copy_file(self, key: str, path: Path) -> None:
        """See `ArtifactStore`."""
        handle, name = tempfile.mkstemp(dir=self._partial)
        os.close(handle)
        try:
            shutil.copyfile(path, name)
            self._publish(Path(name), key)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _publish(self, written: Path, key: str) -> None:
        target = self._path(key)
        written.chmod(0o644)
        try:
            written.replace(target)
        except FileNotFoundError:  # the first artifact in its folder
            target.parent.mkdir(parents=True, exist_ok=True)
            written.replace(target)

    def exists(self, key: str) -> bool:
        """See `ArtifactStore`."""
        return self._path(key).is_file()

    def keys(self, prefix: str) -> Iterator[str]:
        """See `ArtifactStore`."""
        folder, _, start = prefix.rpartition("/")
        base = f"{folder}/" if folder else ""
        yield from (key for key in self._walk(base) if key.startswith(base + start))

    def _walk(self, base: str) -> Iterator[str]:
        try:
            entries = list(os.scandir(self._root / base))
        except (FileNotFoundError, NotADirectoryError):
            return
        named = ((entry.name + ("/" if entry.is_dir() else ""), entry) for entry in entries)
        for name, entry in sorted(named, key=lambda pair: pair[0]):
            if name == f"{PARTIAL}/":
                continue
            if entry.is_dir():
                yield from self._walk(base + name)
            else:
                yield base + name

    def delete(self, key: str) -> None:
        """See `ArtifactStore`."""
        path = self._path(key)
        path.unlink(missing_ok=True)
        with suppress(OSError):  # others still lie there, or the folder is already gone
            path.parent.rmdir()

    def location(self, key: str) -> str:
        """See `ArtifactStore`."""
        return str(self._path(key))

    def sweep(self) -> None:
        """Removes what killed writers left behind. For the holder of the run's lock alone."""
        shutil.rmtree(self._partial)
        self._partial.mkdir()
