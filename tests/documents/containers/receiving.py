"""A receiver that keeps what it is handed, and builders of archives."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from schedulerx.documents.containers.budget import Budget
from schedulerx.documents.containers.entry import Container, Entry
from schedulerx.documents.containers.opening import open_container
from schedulerx.documents.integrity.rejections import refused
from schedulerx.errors import RejectedInput
from schedulerx.model.passwords import NO_PASSWORDS, Passwords
from schedulerx.settings import ValidateSettings

LIMITS = ValidateSettings()
Files = dict[str, bytes]


class Buffer:
    """A `Target` in memory."""

    def __init__(self, most: int) -> None:
        self.data = b""
        self._most = most

    def write(self, data: bytes) -> int:
        self.data += data
        if len(self.data) > self._most:
            raise refused("more than declared")
        return len(data)

    def restart(self) -> None:
        self.data = b""


class Kept:
    """A `Receiver`: names to bytes, or to the reason they could not be had."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | str] = {}

    def begin(self, entry: Entry) -> Buffer:
        self._name, self._buffer = (
            entry.name.decode("utf-8", "backslashreplace"),
            Buffer(entry.bytes),
        )
        return self._buffer

    def end(self, fault: RejectedInput | None = None) -> None:
        self.files[self._name] = self._buffer.data if fault is None else fault.reason


def opened(
    media_type: str,
    path: Path,
    *,
    limits: ValidateSettings = LIMITS,
    passwords: Passwords = NO_PASSWORDS,
    line: int | None = None,
) -> Container:
    return open_container(media_type, path, path.name, limits, passwords, line)


def unpacked(container: Container) -> dict[str, bytes | str]:
    kept = Kept()
    container.unpack(kept)
    return kept.files


def zip_of(path: Path, files: Files, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tar_of(path: Path, files: Files, mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # a mode of the test's
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def tar_with(path: Path, members: Iterable[tarfile.TarInfo]) -> Path:
    with tarfile.open(path, "w") as archive:
        for member in members:
            archive.addfile(member)
    return path


def held(media_type: str, path: Path, limits: ValidateSettings) -> Container:
    """Opened, and taken in by the budget of a file of its own."""
    container = opened(media_type, path, limits=limits)
    Budget(limits, container.packed).hold(container, 1, limits.max_archive_members)
    return container
