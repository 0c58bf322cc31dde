"""How much memory a decompressor is asked for: an archive of a few bytes may ask for gigabytes."""

from __future__ import annotations

from schedulerx.documents.integrity.rejections import refused
from schedulerx.settings import ValidateSettings


def hold_dictionary(size: int, limits: ValidateSettings) -> None:
    """Refuses what needs too much memory to be unpacked.

    Raises:
        RejectedInput: the dictionary is larger than `max_dictionary_bytes`.
    """
    if size > limits.max_dictionary_bytes:
        raise refused(
            f"unpacking it takes {size:,} bytes of memory, over the limit of "
            f"{limits.max_dictionary_bytes:,}"
        )


def lzma1_dictionary(properties: bytes) -> int:
    """Bytes, of LZMA's five bytes of properties."""
    return int.from_bytes(properties[1:5], "little")


def lzma2_dictionary(properties: bytes) -> int:
    """Bytes, of LZMA2's one byte (xz file format 5.3.1)."""
    bits = properties[0] & 0x3F if properties else 0
    if bits >= 40:
        return 0xFFFFFFFF
    return (2 | bits & 1) << (bits // 2 + 11)


def ppmd_memory(properties: bytes) -> int:
    """Bytes, of PPMd's five bytes of properties."""
    return int.from_bytes(properties[1:5], "little")
