"""The type of a file by its content. A name never decides; see `schedulerx.media.extensions`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from schedulerx.formats.boxes import iso_media_type
from schedulerx.formats.zip_names import zip_media_type
from schedulerx.media.ole_kinds import ole_media_type
from schedulerx.media.raw_kinds import tiff_media_type
from schedulerx.media.signatures import EMPTY, HEAD_BYTES, OCTETS, by_signature
from schedulerx.media.text_kinds import decoded, text_media_type

_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/x-wav", b"AVI ": "video/x-msvideo"}
# Frame sync, MPEG version and layer II or III (ISO/IEC 11172-3, 2.4.1.3).
_MPEG_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2-\xf7\xfa-\xfd].", re.DOTALL)
_BITMAP_HEADERS = (12, 40, 52, 56, 64, 108, 124)  # sizes of the header's versions
_BZIP2_STARTS = (b"1AY&SY", b"\x17rE8P\x90")  # pi, and the square root of pi for an empty file


def media_type(path: Path, name: str = "") -> str:
    """The media type of a file's content. `name` may break ties between text types only."""
    size = path.stat().st_size
    if size == 0:
        return EMPTY
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return _binary(path, head) or _text(head, name, whole=size <= len(head)) or OCTETS


def _binary(path: Path, head: bytes) -> str | None:
    signed = by_signature(head)
    if signed is not None:
        return _refined(signed, path, head)
    return (
        _RIFF.get(head[8:12] if head[:4] == b"RIFF" else b"") or iso_media_type(head) or _weak(head)
    )


def _refined(signed: str, path: Path, head: bytes) -> str:
    """What a container with a signature holds."""
    match signed:
        case "application/zip":
            return zip_media_type(path, head)
        case "application/x-ole-storage":
            return ole_media_type(path)
        case "image/tiff":
            return tiff_media_type(head)
        case "video/x-matroska":
            return "video/webm" if b"webm" in head[:4096] else signed
        case "audio/ogg":
            return "video/ogg" if b"\x80theora" in head[:4096] else signed
        case _:
            return signed


def _weak(head: bytes) -> str | None:
    """Kinds whose magic is so short that more than the magic must fit."""
    for fits, found in _WEAK:
        if fits(head):
            return found
    return None


def _icon(head: bytes) -> bool:
    count = int.from_bytes(head[4:6], "little")
    return head[:4] == b"\x00\x00\x01\x00" and 0 < count <= 512 and head[9:10] == b"\x00"


def _bitmap(head: bytes) -> bool:
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS


def _executable(head: bytes) -> bool:
    at = int.from_bytes(head[60:64], "little")
    return head[:2] == b"MZ" and head[at : at + 2] in (b"PE", b"NE", b"LE", b"LX", b"MZ")


def _arj(head: bytes) -> bool:
    return head[:2] == b"\x60\xea" and 20 <= int.from_bytes(head[2:4], "little") <= 2600


def _bzip2(head: bytes) -> bool:
    return head[:3] == b"BZh" and head[3:4].isdigit() and head[4:10] in _BZIP2_STARTS


def _anymap(head: bytes) -> bool:
    return re.match(rb"P[1-6]\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s", head) is not None


def _aac(head: bytes) -> bool:
    return head[:2] in (b"\xff\xf1", b"\xff\xf9") and len(head) > 7


def _mpeg_audio(head: bytes) -> bool:
    if head[:3] == b"ID3":
        return True
    return _MPEG_FRAME.match(head) is not None and head[2] >> 4 not in (0, 15)


def _transport_stream(head: bytes) -> bool:
    return len(head) >= 188 * 4 and all(head[188 * packet] == 0x47 for packet in range(4))


def _old_tar(head: bytes) -> bool:
    """A tar from before `ustar`: the header's checksum must fit."""
    field = head[148:156].strip(b" \x00")
    if len(head) < 512 or not re.fullmatch(rb"[0-7]{1,7}", field):
        return False
    total = sum(head[:512]) - sum(head[148:156]) + 8 * 0x20
    return int(field, 8) == total


_WEAK: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (_icon, "image/vnd.microsoft.icon"),
    (_bitmap, "image/bmp"),
    (_executable, "application/vnd.microsoft.portable-executable"),
    (_arj, "application/x-arj"),
    (_bzip2, "application/x-bzip2"),
    (_anymap, "image/x-portable-anymap"),
    (_aac, "audio/aac"),
    (_mpeg_audio, "audio/mpeg"),
    (_transport_stream, "video/mp2t"),
    (_old_tar, "application/x-tar"),
)


def _text(head: bytes, name: str, *, whole: bool) -> str | None:
    content = decoded(head, whole=whole)
    if content is None:
        return None
    extension = PurePosixPath(name).suffix.lower()
    return text_media_type(content, extension, whole=whole)
