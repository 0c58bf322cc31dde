"""Compressed streams (gzip, bzip2, xz, zstd) as files that are read forward."""

from __future__ import annotations

import bz2
import gzip
import importlib
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from schedulerx.documents.integrity.dictionaries import hold_dictionary
from schedulerx.settings import ValidateSettings

Opener = Callable[[Path, ValidateSettings], IO[bytes]]

STREAM_ERRORS = (
    OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, MemoryError, RuntimeError,
)  # fmt: skip
_ZSTD_WINDOW_LOG = 29  # 512 MiB; the library's own limit is 2 GiB


def _plain(path: Path, _limits: ValidateSettings) -> IO[bytes]:
    return path.open("rb")


def _gzip(path: Path, _limits: ValidateSettings) -> IO[bytes]:
    return gzip.GzipFile(path)  # type: ignore[return-value]  # it reads, which is all that is asked


def _bzip2(path: Path, _limits: ValidateSettings) -> IO[bytes]:
    return bz2.open(path, "rb")


def _xz(path: Path, limits: ValidateSettings) -> IO[bytes]:
    """The memory that a stream asks for is held by a first look at it."""
    decoder = lzma.LZMADecompressor(memlimit=limits.max_dictionary_bytes)
    with path.open("rb") as file:
        try:
            decoder.decompress(file.read(4096), 1)
        except lzma.LZMAError as error:
            if "Memory usage limit" in str(error):
                hold_dictionary(limits.max_dictionary_bytes + 1, limits)
            raise
    return lzma.open(path, "rb")


def _zstd(path: Path, _limits: ValidateSettings) -> IO[bytes]:
    module = zstd_module()
    options = {module.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
    file: IO[bytes] = module.open(path, "rb", options=options)
    return file


def zstd_module() -> Any:
    """The standard library's from Python 3.14 on, before that the wheel that py7zr brings."""
    try:
        return importlib.import_module("compression.zstd")
    except ModuleNotFoundError:
        return importlib.import_module("backports.zstd")


OPENERS: dict[str, Opener] = {
    "application/x-tar": _plain,
    "application/gzip": _gzip,
    "application/x-bzip2": _bzip2,
    "application/x-xz": _xz,
    "application/zstd": _zstd,
}
# Endings that the compressed file has and its content has not.
ENDINGS: dict[str, tuple[str, ...]] = {
    "application/gzip": (".gz", ".gzip", ".z"),
    "application/x-bzip2": (".bz2", ".bzip2"),
    "application/x-xz": (".xz", ".lzma"),
    "application/zstd": (".zst", ".zstd"),
}
