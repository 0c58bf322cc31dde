"""7-Zip archives, by their headers alone (7zFormat.txt): whole, and locked or not."""

from __future__ import annotations

import lzma
import struct
import zlib
from pathlib import Path

from schedulerx.documents.integrity.dictionaries import hold_dictionary, lzma1_dictionary
from schedulerx.documents.integrity.rejections import locked, refused, unreadable
from schedulerx.model.findings import SOUND, Findings
from schedulerx.settings import ValidateSettings

_START = struct.Struct("<6sBBLQQL")
_HEADER, _ENCODED_HEADER = 0x01, 0x17
# A coder's line: the length of its id and that it has properties, then the id of AES-256.
_AES_CODER = b"\x24\x06\xf1\x07\x01"
_LZMA_CODER = b"\x23\x03\x01\x01\x05"
_MAX_HEADER_BYTES = 64 * 1024 * 1024
_MEMBER_BYTES = 512  # generous, for one member in the header
_MOST_ROUNDS = 24  # two seconds a trial; 7-Zip writes 19 and reads no more than 24


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether the archive's header is there and sound, and no member needs a password.

    Raises:
        RejectedInput: it is locked, hostile, or cut off.
    """
    header, packed_start = hold_header(path, limits)
    if _AES_CODER in header:
        raise locked("the 7-Zip archive needs a password")
    if header[:1] == bytes([_ENCODED_HEADER]):
        decoded = _decoded(path, header, packed_start, limits)
        _hold_rounds(decoded)
        if _AES_CODER in decoded:
            raise locked("members of the 7-Zip archive need a password")
    return SOUND


def hold_header(path: Path, limits: ValidateSettings) -> tuple[bytes, int]:
    """The end header and where packed streams begin, held to what unpacking may take.

    Raises:
        RejectedInput: cut off, or made to take too much memory or time.
    """
    header, packed_start = _header(path)
    _hold_rounds(header)
    at = header.find(_LZMA_CODER) if header[:1] == bytes([_ENCODED_HEADER]) else -1
    if at >= 0:
        hold_dictionary(lzma1_dictionary(header[at + 5 : at + 10]), limits)
    return header, packed_start


def _hold_rounds(header: bytes) -> None:
    """A key is made of a password in 2^rounds steps; each more doubles the time of a trial."""
    at = header.find(_AES_CODER)
    if at >= 0 and (header[at + 6 : at + 7] or b"\0")[0] & 0x3F > _MOST_ROUNDS:
        raise refused("trying a password on the 7-Zip archive would take hours")


def _header(path: Path) -> tuple[bytes, int]:
    """The end header, and where packed streams begin."""
    with path.open("rb") as file:
        start = file.read(_START.size)
        if len(start) < _START.size:
            raise unreadable("the 7-Zip archive is cut off within its first header")
        *_, offset, size, checksum = _START.unpack(start)
        if size > _MAX_HEADER_BYTES or offset > path.stat().st_size:
            raise unreadable("the 7-Zip archive is cut off: its header lies beyond its end")
        file.seek(_START.size + offset)
        header = file.read(size)
    if len(header) < size:
        raise unreadable("the 7-Zip archive is cut off within its end header")
    if zlib.crc32(header) != checksum:
        raise unreadable("the checksum of the 7-Zip archive's header does not fit")
    return header, _START.size


def _decoded(path: Path, header: bytes, packed_start: int, limits: ValidateSettings) -> bytes:
    """The header that an encoded header points to, where it is packed with LZMA."""
    at = header.find(_LZMA_CODER)
    if at < 0:
        return b""
    try:
        position, size, unpacked = _sizes(header, at)
        if unpacked > limits.max_archive_members * _MEMBER_BYTES:
            raise refused(f"the archive's header has {unpacked:,} bytes: more members than allowed")
        with path.open("rb") as file:
            file.seek(packed_start + position)
            packed = file.read(min(size, _MAX_HEADER_BYTES))
        return _lzma(header[at + 5 : at + 10], packed, unpacked)
    except (lzma.LZMAError, IndexError, ValueError) as error:
        raise unreadable(f"the 7-Zip archive's header does not unpack: {error}") from error


def _sizes(header: bytes, coder_at: int) -> tuple[int, int, int]:
    """Position and size of the packed header, and its size unpacked."""
    position, at = _number(header, 2)  # after EncodedHeader and PackInfo
    _, at = _number(header, at)  # how many streams: one
    size, _ = _number(header, at + 1)  # after Size
    unpack_sizes = header.index(0x0C, coder_at + 10)
    unpacked, _ = _number(header, unpack_sizes + 1)
    return position, size, unpacked


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A 7-Zip number: the leading ones of its first byte say how many bytes follow."""
    first, value = data[at], 0
    for index in range(8):
        mask = 0x80 >> index
        if not first & mask:
            high = (first & (mask - 1)) << (8 * index)
            return value + high, at + 1 + index
        value |= data[at + 1 + index] << (8 * index)
    return value, at + 9


def _lzma(properties: bytes, packed: bytes, unpacked: int) -> bytes:
    byte, dictionary = properties[0], int.from_bytes(properties[1:5], "little")
    chain = {
        "id": lzma.FILTER_LZMA1,
        "lc": byte % 9,
        "lp": byte // 9 % 5,
        "pb": byte // 45,
        "dict_size": max(4096, min(dictionary, _MAX_HEADER_BYTES)),
    }
    decoder = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chain])
    return decoder.decompress(packed, min(unpacked, _MAX_HEADER_BYTES))
