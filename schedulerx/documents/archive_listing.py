"""What an archive says it holds: names and sizes, nothing unpacked."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from schedulerx.documents.damage import DamagedDocument


def listing(path: Path) -> Iterator[str]:
    """One line a member of a zip: its size in bytes, its name.

    Raises:
        DamagedDocument: the central directory cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = member.filename.encode("utf-8", "replace").decode("utf-8")
                yield f"{member.file_size}\t{name}\n"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DamagedDocument(f"The archive's directory cannot be read: {error}") from error
