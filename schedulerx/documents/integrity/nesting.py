"""Archives in archives: followed to the depth limit, deepest first, within one budget of bytes."""

from __future__ import annotations

import tempfile
import zipfile
from typing import IO

from schedulerx.documents.integrity.rejections import refused
from schedulerx.documents.integrity.zip_limits import ZIP_ERRORS
from schedulerx.settings import ValidateSettings

_PIECE = 1024 * 1024
_ARCHIVE_START = b"PK\x03\x04"
_IN_MEMORY = 8 * 1024 * 1024


def hold_depth(archive: zipfile.ZipFile, limits: ValidateSettings) -> None:
    """Refuses archives nested too deep.

    Raises:
        RejectedInput: deeper than `max_depth`.
    """
    _Depth(limits).hold(archive, 1)


class _Depth:
    """One walk, and what is left of its budget."""

    def __init__(self, limits: ValidateSettings) -> None:
        self._limits = limits
        self._budget = limits.max_checked_bytes

    def hold(self, archive: zipfile.ZipFile, level: int) -> None:
        if level > self._limits.max_depth:
            raise refused(f"archives lie in archives deeper than {self._limits.max_depth} levels")
        for member in archive.infolist():
            if self._is_archive(archive, member) and member.file_size <= self._budget:
                self._budget -= member.file_size
                self._descend(archive, member, level)

    def _is_archive(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
        try:
            with archive.open(member) as stream:
                return stream.read(4) == _ARCHIVE_START
        except (*ZIP_ERRORS, NotImplementedError):
            return False

    def _descend(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, level: int) -> None:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
            try:
                _copy(archive, member, copy)
                inner = zipfile.ZipFile(copy)
            except (*ZIP_ERRORS, NotImplementedError):
                return  # it is judged on its own when it is unpacked
            with inner:
                self.hold(inner, level + 1)


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, copy: IO[bytes]) -> None:
    with archive.open(member) as stream:
        while piece := stream.read(_PIECE):
            copy.write(piece)
