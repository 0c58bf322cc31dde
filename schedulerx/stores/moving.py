"""Moving copies out of a source folder: only what is still as it was read, never over anything."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from schedulerx.model.evidence import DuplicateFile
from schedulerx.model.identity import raw_path


class NotMoved(Exception):  # noqa: N818  (named by what it means)
    """Why a copy stays where it is."""


def move_copies(
    source: Path, target: Path, copies: Sequence[DuplicateFile]
) -> Iterator[tuple[DuplicateFile, str]]:
    """Moves the copies to the same paths under `target`; yields why each stays, or an empty text.

    A copy is moved only while it and its original have the bytes they had when they were read.
    """
    root, folder = os.fsencode(source.resolve()), os.fsencode(target.resolve())
    checked: dict[bytes, str] = {}  # originals, each read once
    for copy in copies:
        try:
            original = raw_path(copy.original, copy.original_raw)
            if original not in checked:
                checked[original] = _reason(root, original, copy.original_sha256, "original")
            _stop(checked[original])
            path = raw_path(copy.path, copy.raw_path)
            _stop(_reason(root, path, copy.sha256, "copy"))
            _move(b"/".join((root, path)), b"/".join((folder, path)))
            yield copy, ""
        except (NotMoved, OSError) as error:
            yield copy, str(error)


def _stop(reason: str) -> None:
    if reason:
        raise NotMoved(reason)


def _reason(root: bytes, path: bytes, sha256: str, role: str) -> str:
    """Why a file is not to be relied on; empty where it is as it was read."""
    full = b"/".join((root, path))
    try:
        plain = os.path.realpath(full) == full and stat.S_ISREG(os.lstat(full).st_mode)
        if not plain:
            return f"the {role} is no plain file of the source"
        with open(full, "rb") as file:  # noqa: PTH123  (a path in bytes)
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return f"the {role} is not in the source; members of archives are not moved"
    except OSError as error:
        return f"the {role} cannot be read: {error.strerror}"
    return "" if found == sha256 else f"the {role} changed since it was read; run again first"


def _move(path: bytes, target: bytes) -> None:
    """The copy lies at both places before it goes from the first. A move that was stopped between
    the two is finished by the next.
    """
    os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120  (bytes)
    try:
        _linked(path, target)
    except FileExistsError as error:
        if not _lies_there(path, target):
            raise NotMoved("something lies where it would go; name another folder") from error
    os.unlink(path)  # noqa: PTH108  (bytes)


def _linked(path: bytes, target: bytes) -> None:
    try:
        os.link(path, target, follow_symlinks=False)  # unlike a rename, never over anything
    except FileExistsError:
        raise
    except OSError:  # another file system
        _copy(path, target)


def _lies_there(path: bytes, target: bytes) -> bool:
    """Whether the target is a file of its own with the same bytes, not a way back to the path."""
    if not stat.S_ISREG(os.lstat(target).st_mode):
        return False
    if os.path.realpath(target) == os.path.realpath(path):
        return False
    with open(path, "rb") as first, open(target, "rb") as second:  # noqa: PTH123  (bytes)
        digests = [hashlib.file_digest(file, "sha256").digest() for file in (first, second)]
    return digests[0] == digests[1]


def _copy(path: bytes, target: bytes) -> None:
    """Whole under a name of its own first: what bears the target's name is never a part."""
    part = target + b".part"
    try:
        with open(path, "rb") as file, open(part, "wb") as out:  # noqa: PTH123  (bytes)
            shutil.copyfileobj(file, out)
            out.flush()
            os.fsync(out.fileno())
        shutil.copystat(path, part)
        _named(part, target)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part)  # noqa: PTH108  (bytes)


def _named(part: bytes, target: bytes) -> None:
    """By a link where the file system has them: never over anything that came meanwhile."""
    if os.path.lexists(target):
        raise FileExistsError(target)
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:  # no links here
        os.rename(part, target)  # noqa: PTH104  (bytes)
