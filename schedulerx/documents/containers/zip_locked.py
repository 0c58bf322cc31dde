"""Members of ZIP archives that the standard library cannot read: encrypted ones, Deflate64.

Each is handed to `stream_unzip` as an archive of its own, its header made from the directory: what
a local header says besides is never believed.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from schedulerx.documents.containers.copying import PIECE, Measure, copy_pieces
from schedulerx.documents.containers.entry import Target
from schedulerx.documents.integrity.rejections import locked, unreadable
from schedulerx.documents.integrity.zip_limits import ENCRYPTED, ZIP_ERRORS
from schedulerx.errors import RejectedInput
from schedulerx.model.passwords import Passwords

_LATER_SIZES = 0x8  # flag: checksum and sizes follow the data
_AES = 99  # in place of the method; the method is in the extra field
_WIDE = 0xFFFFFFFF


class WrongPassword(Exception):  # noqa: N818  (named by what it means)
    """This one does not open the member."""


class LockedMembers:
    """Members of one archive, and the password that opened the last one."""

    def __init__(self, path: Path, passwords: Passwords, line: int | None = None) -> None:
        self._path = path
        self._passwords = passwords
        self.line = line

    def copy(self, member: zipfile.ZipInfo, target: Target) -> None:
        """The member's bytes into the target.

        Raises:
            RejectedInput: locked to all passwords, or it does not unpack.
        """
        if not member.flag_bits & ENCRYPTED:
            copy_pieces(_pieces(self._path, member, None), target)
            return
        broken = None
        for line, password in self._passwords.first(self.line):
            try:
                copy_pieces(_pieces(self._path, member, password), target)
            except WrongPassword:
                target.restart()
            except RejectedInput as error:
                target.restart()
                broken = error if line == self.line else broken
            else:
                self.line = line
                return
        raise broken or locked(self._passwords.still_locked("the member needs a password"))


def opens(path: Path, member: zipfile.ZipInfo, password: str) -> bool:
    """Whether the whole member unpacks with the password. A wrong one fits one time in 256 by the
    check at the beginning, so only its checksum tells.
    """
    try:
        copy_pieces(_pieces(path, member, password), Measure(member.file_size))
    except (WrongPassword, RejectedInput):
        return False
    return True


def _pieces(path: Path, member: zipfile.ZipInfo, password: str | None) -> Iterator[bytes]:
    """The member unpacked.

    Raises:
        WrongPassword: the password is not the member's.
        RejectedInput: it does not unpack, or in a way that nothing here knows.
    """
    # Not among what validation on arrival is deployed with: it opens nothing that is locked.
    import stream_unzip  # noqa: PLC0415  (see above)

    try:
        secret = None if password is None else password.encode()
        for _, _, pieces in stream_unzip.stream_unzip(_alone(path, member), secret, PIECE):
            yield from pieces
    except stream_unzip.IncorrectPasswordError as error:
        raise WrongPassword from error
    except stream_unzip.UnsupportedFeatureError:
        yield from _slowly(path, member, password)
    except (stream_unzip.UnzipError, *ZIP_ERRORS) as error:
        raise unreadable(f"the member does not unpack: {type(error).__name__}") from error


def _slowly(path: Path, member: zipfile.ZipInfo, password: str | None) -> Iterator[bytes]:
    """By the standard library, which decrypts at 4 MB/s; stored members of unknown size, LZMA."""
    secret = None if password is None else password.encode()
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member, pwd=secret) as stream:
            while piece := stream.read(PIECE):
                yield piece
    except NotImplementedError as error:
        raise unreadable(f"the member is packed in a way that is not known: {error}") from error
    except ZIP_ERRORS as error:
        if "password" in str(error):
            raise WrongPassword from error
        raise unreadable(f"the member does not unpack: {error}") from error


def _alone(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member as an archive of its own."""
    # AES needs no sizes after the data; ZipCrypto's check byte depends on whether they come there.
    follows = bool(member.flag_bits & _LATER_SIZES) and member.compress_type != _AES
    yield _header(member, follows=follows)
    yield from _packed(path, member)
    if follows:
        yield _descriptor(member)
    yield b"PK\x01\x02"


def _header(member: zipfile.ZipInfo, *, follows: bool) -> bytes:
    flags = member.flag_bits & ENCRYPTED | (_LATER_SIZES if follows else 0)
    year, month, day, hour, minute, second = member.date_time
    sizes = struct.pack("<QQ", member.file_size, member.compress_size)
    extra = struct.pack("<HH", 1, len(sizes)) + sizes + _aes_field(member.extra)
    return (
        b"PK\x03\x04"
        + struct.pack(
            "<HHHHHIIIHH",
            45,
            flags,
            member.compress_type,
            hour << 11 | minute << 5 | second // 2,
            (year - 1980) << 9 | month << 5 | day,
            member.CRC,
            _WIDE,
            _WIDE,
            0,
            len(extra),
        )
        + extra
    )


def _aes_field(extra: bytes) -> bytes:
    """The extra field that AES is described in, where there is one."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 0x9901:
            return extra[at : at + 4 + length]
        at += 4 + length
    return b""


def _packed(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    left = member.compress_size
    with path.open("rb") as file:
        file.seek(member.header_offset + 26)
        name, extra = struct.unpack("<HH", file.read(4))
        file.seek(name + extra, 1)
        while left and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def _descriptor(member: zipfile.ZipInfo) -> bytes:
    return b"PK\x07\x08" + struct.pack("<IQQ", member.CRC, member.compress_size, member.file_size)
