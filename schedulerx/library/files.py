"""Files of the library: whole or absent, never over another's, checked after they were written."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from schedulerx.errors import RetryableError
from schedulerx.library.names import marked
from schedulerx.library.ports import Writer
from schedulerx.model.identity import EtagHash, hash_file
from schedulerx.model.library import Stored

PARTIAL = ".partial"
_CHUNK = 1024 * 1024


class Hashing:
    """A file that knows what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sha, self._etag = hashlib.sha256(), EtagHash()
        self.bytes = 0

    def write(self, data: bytes) -> int:
        """Writes and takes note."""
        self._sha.update(data)
        self._etag.update(data)
        self.bytes += len(data)
        return self._file.write(data)

    @property
    def sha256(self) -> str:
        """Of what was written, in hex."""
        return self._sha.hexdigest()

    @property
    def etag(self) -> str:
        """What S3 gives these bytes."""
        return self._etag.etag()


class Shelf:
    """One folder of the library. Only the holder of the library's lock writes to it."""

    def __init__(self, library: Path, name: str) -> None:
        self._library = library
        self._name = name
        self._partial = library / name / PARTIAL

    def make(self) -> None:
        """Makes the folder, and removes what killed writers left."""
        self._partial.mkdir(parents=True, exist_ok=True)
        for left in self._partial.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()

    @contextmanager
    def scratch(self, extension: str) -> Iterator[Path]:
        """A name for a file in the making, gone at the end."""
        with tempfile.TemporaryDirectory(dir=self._partial) as folder:
            yield Path(folder) / f"file{extension}"

    def receive(self, write: Callable[[Writer], None], name: str) -> tuple[Stored, str]:
        """Stores what `write` writes, under this name or a marked one; with it, its ETag.

        Raises:
            RetryableError: what lies on the disk is not what was written.
        """
        handle, written = tempfile.mkstemp(dir=self._partial)
        temporary = Path(written)
        try:
            with os.fdopen(handle, "wb") as file:
                out = Hashing(file)
                write(out)
                file.flush()
                os.fsync(file.fileno())
                _forget(file.fileno())
            if hash_file(temporary)[0] != out.sha256:
                raise RetryableError(
                    f"{name} was not stored as it was read; check the disk of {self._library}"
                )
            path = self._publish(temporary, name, out.sha256)
        finally:
            temporary.unlink(missing_ok=True)
        return Stored(path=path, bytes=out.bytes, sha256=out.sha256), out.etag

    def _publish(self, temporary: Path, name: str, sha256: str) -> str:
        """The path below the library. What lies there with the same bytes is taken for this."""
        for candidate in (name, marked(name, sha256[:8]), marked(name, sha256)):
            path = f"{self._name}/{candidate}"
            if place(temporary, self._library / path, sha256):
                return path
        raise RetryableError(f"{self._library / self._name / name} is taken; move it away")


def place(source: Path, target: Path, sha256: str) -> bool:
    """Links a file to where it is to lie; whether these bytes lie there now. Never over others."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        return False
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        return is_plain(target) and hash_file(target)[0] == sha256
    except OSError:  # a file system without links
        if os.path.lexists(target):
            return is_plain(target) and hash_file(target)[0] == sha256
        source.replace(target)
    with suppress(PermissionError):  # a card's file system has no modes
        target.chmod(0o644)
    _sync_folder(target.parent)
    return True


def moved(library: Path, stored: Stored, name: str) -> Stored | None:
    """The file under a new path below the library; None where another's lies there.

    Killed between, it lies in both: the next run takes the new for the old, and removes the old.
    """
    if name == stored.path:
        return stored
    old, new = library / stored.path, library / name
    if is_plain(old):
        if not place(old, new, stored.sha256):
            return None
        old.unlink(missing_ok=True)
        _prune(old.parent, library)
    elif not (is_plain(new) and hash_file(new)[0] == stored.sha256):
        raise RetryableError(f"{stored.path} is gone from {library}; it is prepared again")
    return Stored(path=name, bytes=stored.bytes, sha256=stored.sha256)


def set_aside(library: Path, path: str) -> str | None:
    """Moves a file that is not what it should be out of the way; nothing is ever deleted."""
    file = library / path
    if not is_plain(file):
        return None
    mark = hash_file(file)[0][:8]
    aside = f"aside/{marked(path, mark)}"
    (library / aside).parent.mkdir(parents=True, exist_ok=True)
    file.replace(library / aside)
    return aside


def retire(library: Path, stored: Stored) -> None:
    """Removes what was made from an original, to be made again; what is not as we made it is set
    aside.
    """
    file = library / stored.path
    if is_plain(file) and hash_file(file)[0] == stored.sha256:
        file.unlink()
    else:
        set_aside(library, stored.path)


def is_plain(path: Path) -> bool:
    """Whether a file lies there that is no link."""
    return path.is_file() and not path.is_symlink()


def _prune(folder: Path, library: Path) -> None:
    """Removes folders that moving left empty; those of the library itself stay."""
    while folder.parent not in {library, folder}:
        try:
            folder.rmdir()
        except OSError:  # something lies there
            return
        folder = folder.parent


def _forget(descriptor: int) -> None:
    """What is read again is then read from the disk, not from memory."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy_into(path: Path) -> Callable[[Writer], None]:
    """Writes a file's bytes."""

    def write(out: Writer) -> None:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                out.write(chunk)

    return write
