"""Whether a recording's file ends where its container says: cut off, or with something behind."""

from __future__ import annotations

import string
from mmap import mmap
from pathlib import Path

from schedulerx.formats import ebml, riff
from schedulerx.formats.boxes import top_boxes
from schedulerx.formats.mapped import mapped
from schedulerx.media.trailing import trailing_warning
from schedulerx.model.findings import Findings

_ISO_STARTS = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_LETTERS = frozenset((string.ascii_letters + string.digits + " -_").encode()) | {0xA9}
# What a recorder that was switched off never wrote.
_OPEN_RIFF = frozenset({8, 8 + 0xFFFFFFFF})


def ending(path: Path) -> Findings:
    """Damage where the end is missing, a warning where something follows it."""
    with mapped(path) as data:
        if data[4:8] in _ISO_STARTS:
            return _iso(path, data)
        if data[:4] == b"RIFF":
            return _declared(data, _riff_end(data))
        return _declared(data, ebml.declared_end(data))


def _iso(path: Path, data: mmap) -> Findings:
    end = 0
    for box in top_boxes(path):
        if not _LETTERS.issuperset(box.kind):
            break
        if box.start + box.size > len(data):
            name = box.kind.decode("latin-1").strip()
            return Findings(damage=f"the file ends within its {name} box: it was cut off")
        end = box.start + box.size
    return _after(data, end)


def _riff_end(data: mmap) -> int | None:
    """Behind the last of the RIFF parts: large AVI files have several."""
    end = riff.declared_end(data)
    if end in _OPEN_RIFF:
        return None
    while data[end : end + 4] == b"RIFF":
        end += 8 + int.from_bytes(data[end + 4 : end + 8], "little")
    return end


def _declared(data: mmap, end: int | None) -> Findings:
    if end is None:
        return Findings()
    if end > len(data) + 1:  # one byte of padding is often left out
        missing = end - len(data)
        return Findings(damage=f"the last {missing:,} bytes are missing: it was cut off")
    return _after(data, end)


def _after(data: mmap, end: int) -> Findings:
    told = trailing_warning(data, end)
    return Findings(warnings=(told.replace("picture", "recording"),) if told else ())
