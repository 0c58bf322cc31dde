"""Files in every state, made in memory: whole, cut, locked, hostile."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from PIL import Image

PNG_START = b"\x89PNG\r\n\x1a\n"


def picture(kind: str, size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A picture with some detail in it."""
    image = Image.effect_noise(size, 60).convert("RGB")
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    checksum = zlib.crc32(kind + data)
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", checksum)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a canvas that its data does not fill."""
    header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return PNG_START + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def gif_claiming(width: int, height: int) -> bytes:
    """A GIF with a modest screen and a frame far larger."""
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", 16, 16, 0x80, 0, 0) + bytes(6) + frame + b";"


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def nested(levels: int) -> bytes:
    """A ZIP archive in a ZIP archive, and so on."""
    data = zipped({"core.txt": b"here"})
    for level in range(1, levels):
        data = zipped({f"level{level}.zip": data})
    return data


def zip_marked_locked() -> bytes:
    """A ZIP archive whose member is marked as encrypted."""
    data = bytearray(zipped({"secret.txt": b"sesame"}))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def pdf(password: str = "", pages: int = 2) -> bytes:
    """A PDF document of empty pages."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.docinfo["/Title"] = "Minutes"
        document.docinfo["/CreationDate"] = "D:20240601101112+02'00'"
        lock = pikepdf.Encryption(owner=password, user=password) if password else False
        document.save(out, encryption=lock)
    return out.getvalue()


def tarred(name: str) -> bytes:
    """A tar archive of one small file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = 5
        archive.addfile(member, io.BytesIO(b"hello"))
    return out.getvalue()


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


def seven_zip(coder: bytes) -> bytes:
    """A 7-Zip archive whose end header names one coder; there is nothing in it."""
    header = b"\x01\x04\x06\x00\x01\x09\x05\x00\x07\x0b\x01\x00\x01" + coder + b"\x00\x00"
    start = struct.pack("<QQL", 0, len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<L", zlib.crc32(start)) + start + header


def raw_photo(make: bytes = b"NIKON CORPORATION\x00") -> bytes:
    """A camera RAW: a reduced first picture, a preview, and the sensor's data under it."""
    preview = picture("JPEG", (640, 480))
    sensor = bytes(4000)
    main_at = 8
    entries = 6
    make_at = main_at + 2 + 12 * entries + 4
    sub_at = make_at + len(make)
    preview_at = sub_at + 2 + 12 * 5 + 4
    sensor_at = preview_at + len(preview)
    main = [
        (0x00FE, 4, 1, 1),
        (0x010F, 2, len(make), make_at),
        (0x0112, 3, 1, 6),
        (0x014A, 4, 1, sub_at),
        (0x0201, 4, 1, preview_at),
        (0x0202, 4, 1, len(preview)),
    ]
    below = [
        (0x00FE, 4, 1, 0),
        (0x0100, 4, 1, 2000),
        (0x0101, 4, 1, 1000),
        (0x0111, 4, 1, sensor_at),
        (0x0117, 4, 1, len(sensor)),
    ]
    return b"II*\x00\x08\x00\x00\x00" + directory(main) + make + directory(below) + preview + sensor


def directory(entries: list[tuple[int, int, int, int]]) -> bytes:
    """A TIFF directory that is the last of its chain."""
    body = b"".join(struct.pack("<HHLL", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + body + bytes(4)
