"""IPTC-IIM 4.2 datasets, and the Photoshop image resources they lie in."""

from __future__ import annotations

from collections.abc import Iterator

from schedulerx.formats.tiff_tags import plain_text

_RESOURCE = b"8BIM"
_IPTC = 0x0404  # the resource that holds the datasets
_MARK = 0x1C
_UTF_8 = b"\x1b%G"  # ISO 2022 escape in dataset 1:90
_MAX_DATASETS = 10_000

Datasets = dict[int, tuple[str, ...]]


def in_photoshop(resources: bytes) -> bytes | None:
    """The IPTC block among Photoshop image resources, or None."""
    at = 0
    while resources[at : at + 4] == _RESOURCE and at + 12 <= len(resources):
        number = int.from_bytes(resources[at + 4 : at + 6], "big")
        name = 1 + resources[at + 6]
        start = at + 6 + name + name % 2 + 4
        size = int.from_bytes(resources[start - 4 : start], "big")
        if number == _IPTC:
            return resources[start : start + size]
        at = start + size + size % 2
    return None


def datasets(block: bytes) -> Datasets:
    """The texts of the application record (2) under their numbers, in order."""
    found: Datasets = {}
    encoding = None
    for record, number, raw in _walked(block):
        if (record, number) == (1, 90):
            encoding = "utf-8" if raw == _UTF_8 else None
        elif record == 2:
            text = _text(raw, encoding)
            if text:
                found[number] = (*found.get(number, ()), text)
    return found


def _walked(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    for _ in range(_MAX_DATASETS):
        if at + 5 > len(block) or block[at] != _MARK:
            return
        size = int.from_bytes(block[at + 3 : at + 5], "big")
        start = at + 5
        if size & 0x8000:  # the size of the size
            width = size & 0x7FFF
            size = int.from_bytes(block[start : start + min(width, 8)], "big")
            start += width
        yield block[at + 1], block[at + 2], block[start : start + size]
        at = start + size


def _text(raw: bytes, encoding: str | None) -> str:
    text = raw.decode(encoding, "replace") if encoding else plain_text(raw)
    return text.replace("\0", "").strip()
