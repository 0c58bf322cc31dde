"""Archives: the courier's papers, and one locked with a password."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

from samples.story import PASSWORD, WREN
from samples.write import put, zipped

ROUTE = "stop,planned,arrived\nHarbour Lane 12,16:00,16:05\nDepot 1,19:00,18:30\nDepot 2,,\n"
SHIFT = (
    f"Shift note, {WREN.name}, 5 June 2024\n\nChanged vans at noon. Two parcels went to Depot 2.\n"
)


class ZipCrypto:
    """The cipher of old zip archives (PKWARE APPNOTE 6.1): weak, and still met everywhere."""

    def __init__(self, password: bytes) -> None:
        self._keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self._turn(byte)

    def _turn(self, byte: int) -> None:
        keys = self._keys
        keys[0] = _crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = _crc(keys[2], keys[1] >> 24)

    def encrypt(self, data: bytes) -> bytes:
        """The bytes, each under the state its predecessors left."""
        sealed = bytearray()
        for byte in data:
            word = (self._keys[2] | 2) & 0xFFFF
            sealed.append(byte ^ ((word * (word ^ 1)) >> 8 & 0xFF))
            self._turn(byte)
        return bytes(sealed)


def _crc(value: int, byte: int) -> int:
    return zlib.crc32(bytes([byte]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def locked_zip(name: str, data: bytes, password: str) -> bytes:
    """A zip archive with one stored, encrypted member."""
    check = zlib.crc32(data)
    head = random.Random(check).randbytes(11) + bytes([check >> 24])
    sealed = ZipCrypto(password.encode()).encrypt(head + data)
    date, encrypted = (2024 - 1980) << 9 | 6 << 5 | 10, 1
    fields = (20, encrypted, 0, 9 << 11, date, check, len(sealed), len(data), len(name), 0)
    common = struct.pack("<5H3I2H", *fields)
    local = b"PK\x03\x04" + common + name.encode() + sealed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<3H2I", 0, 0, 0, 0, 0)
    central += name.encode()
    end = struct.pack("<4H2IH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + b"PK\x05\x06" + end


def make(folder: Path) -> None:
    """All archives. The members are partly files of this folder, made before."""
    receipt = (folder / "scans/receipt.jpg").read_bytes()
    papers = {"shift_note.txt": SHIFT.encode(), "routes/june_4.csv": ROUTE.encode()}
    put(folder, "archives/courier_papers.zip", zipped({**papers, "scans/receipt.jpg": receipt}))
    put(folder, "broken/locked_backup.zip", locked_zip("shift_note.txt", SHIFT.encode(), PASSWORD))
