"""Broken and hostile files, as every real folder has them."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import pikepdf
from PIL import Image

from samples import scenes
from samples.story import PASSWORD
from samples.write import encoded, put

NOT_FOUND = (
    "<!DOCTYPE html>\n<title>404</title>\n<h1>Photo not found</h1>\n<p>Please sign in again.</p>\n"
)


def locked_pdf(pdf: bytes, password: str) -> bytes:
    """The PDF behind a password. RC4, because AES would draw new random bytes every time."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        lock = pikepdf.Encryption(owner=password, user=password, R=3, aes=False, metadata=False)
        document.save(buffer, encryption=lock, static_id=True)
    return buffer.getvalue()


def bomb_png(side: int) -> bytes:
    """A PNG whose header (PNG 1.2, IHDR) claims side x side pixels; it holds a few bytes."""
    header = struct.pack(">2I5B", side, side, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(4096))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def unknown_binary() -> bytes:
    """Starts like a DOS program; the rest is noise."""
    return b"MZ\x90\x00" + random.Random(117).randbytes(6000)


def make(folder: Path) -> None:
    """All broken files. Some are cut from files of this folder, made before."""
    harbour = encoded(scenes.harbour_morning().transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    contract = (folder / "documents/shipping_contract.pdf").read_bytes()
    put(folder, "broken/half_downloaded.jpg", harbour[: len(harbour) * 6 // 10])
    put(folder, "broken/empty.jpg", b"")
    put(folder, "broken/not_a_photo.jpg", NOT_FOUND)
    put(folder, "broken/locked_agreement.pdf", locked_pdf(contract, PASSWORD))
    put(folder, "broken/half_a_contract.pdf", contract[: len(contract) // 2])
    put(folder, "broken/poster_60000x60000.png", bomb_png(60_000))
    put(folder, "broken/label_printer_update.bin", unknown_binary())
