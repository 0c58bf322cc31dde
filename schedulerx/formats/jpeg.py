"""The segments of a JPEG file (ITU-T T.81 annex B), found without decoding anything."""

from __future__ import annotations

import re
from mmap import mmap

import msgspec

Buffer = bytes | mmap

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP1, _APP2, _APP13 = 0xE1, 0xE2, 0xED
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0-15; not DHT, JPG, DAC
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # TEM and the restart markers: no length
# The end of entropy-coded data: a marker that is neither a stuffed zero, a fill nor a restart.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
# Marks that application segments begin with, and the part of the layout that follows each.
_BLOCKS: tuple[tuple[int, bytes, str], ...] = (
    (_APP1, b"Exif\x00\x00", "exif"),
    (_APP1, b"http://ns.adobe.com/xap/1.0/\x00", "xmp"),
    (_APP13, b"Photoshop 3.0\x00", "photoshop"),
)
_PROFILE = b"ICC_PROFILE\x00"  # ICC.1 annex B.4: then number and count of the part
_MAX_SEGMENTS = 100_000


class JpegLayout(msgspec.Struct, frozen=True, kw_only=True):
    """What the markers tell. `end` is the offset after EOI, None where there is none; `profile`
    is the colour profile (ICC); `scans` are the passes over the picture.
    """

    width: int = 0
    height: int = 0
    components: int = 0
    exif: bytes | None = None
    xmp: bytes | None = None
    profile: bytes | None = None
    photoshop: bytes | None = None  # image resources, see `schedulerx.formats.iptc`
    end: int | None = None
    scans: int = 0


class _Walk:
    """One walk over the segments, gathering what `JpegLayout` holds."""

    def __init__(self, data: Buffer) -> None:
        self._data = data
        self._layout = JpegLayout()
        self._profile: dict[int, bytes] = {}
        self._scans = 0

    def layout(self, last: bytes = b"") -> JpegLayout:
        """Up to the end, or to the first marker `last`."""
        at: int | None = 2
        for _ in range(_MAX_SEGMENTS):
            if at is None or at + 2 > len(self._data):
                break
            if self._data[at : at + 2] == last:
                break
            at = self._segment(at)
        if self._profile:
            self._set(profile=b"".join(part for _, part in sorted(self._profile.items())))
        self._set(scans=self._scans)
        return self._layout

    def _segment(self, at: int) -> int | None:
        """Takes the segment at `at`; where the next one begins, or None at the end."""
        marker = self._data[at + 1]
        if self._data[at] != 0xFF or marker in (0xFF, 0x00):
            return self._resynchronised(at)
        if marker == _EOI:
            self._set(end=at + 2)
            return None
        if marker in _STANDALONE or marker == _SOI:
            return at + 2
        length = int.from_bytes(self._data[at + 2 : at + 4], "big")
        if length < 2:
            return self._resynchronised(at + 2)
        self._take(marker, self._data[at + 4 : at + 2 + length])
        if marker != _SOS:
            return at + 2 + length
        self._scans += 1
        return self._next_marker(at + 2 + length)

    def _resynchronised(self, at: int) -> int | None:
        return self._next_marker(at + 1)

    def _next_marker(self, at: int) -> int | None:
        found = _AFTER_SCAN.search(self._data, at)
        return found.start() if found else None

    def _take(self, marker: int, body: bytes) -> None:
        if marker in _FRAMES and len(body) >= 6 and not self._layout.width:
            self._set(
                height=int.from_bytes(body[1:3], "big"),
                width=int.from_bytes(body[3:5], "big"),
                components=body[5],
            )
        for kind, mark, name in _BLOCKS:
            if marker == kind and body.startswith(mark) and getattr(self._layout, name) is None:
                self._set(**{name: body[len(mark) :]})
                return
        if marker == _APP2 and body.startswith(_PROFILE) and len(body) > len(_PROFILE) + 2:
            self._profile.setdefault(body[len(_PROFILE)], body[len(_PROFILE) + 2 :])

    def _set(self, **values: int | bytes) -> None:
        self._layout = msgspec.structs.replace(self._layout, **values)


def layout(data: Buffer) -> JpegLayout:
    """The layout of a JPEG file's bytes. Damaged files give what could be found."""
    return _Walk(data).layout()


def header(data: Buffer) -> JpegLayout:
    """The layout as far as the segments before the first scan tell it: without `end`."""
    return _Walk(data).layout(last=bytes((0xFF, _SOS)))
