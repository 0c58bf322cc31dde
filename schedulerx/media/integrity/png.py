"""PNG: checksums, order of chunks, and whether the compressed pixels are all there."""

from __future__ import annotations

import zlib
from functools import partial
from mmap import mmap
from pathlib import Path

from schedulerx.formats.mapped import mapped
from schedulerx.formats.png import Chunk, PngHeader, chunks, header
from schedulerx.media.decoded import Base, Decoded
from schedulerx.media.integrity import pictures
from schedulerx.media.integrity.pixels import hold_budget, unreadable
from schedulerx.media.trailing import trailing_warning
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings

_PIECE = 1024 * 1024
# Depths that IHDR allows for a colour type, and lengths that sBIT must have.
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_SBIT_LENGTHS = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}


def decode(path: Path, limits: ValidateSettings, base: Base) -> Decoded:
    """Whether every chunk is sound and every scanline there; what is there is shown.

    Raises:
        RejectedInput: no picture can be had of it, or it is over the pixel budget.
    """
    with mapped(path) as data:
        ihdr = _usable_header(data)
        hold_budget(ihdr.width, ihdr.height, limits)
        found = list(chunks(data, verify=True))
        pixels = _inflated(data, found, ihdr.scanline_bytes)
        if pixels.count == 0:
            raise unreadable("the PNG file holds no pixel that can be decompressed")
        damage = _chunk_damage(found, ihdr) or pixels.damage(ihdr.scanline_bytes)
        findings = Findings(damage=damage, warnings=_warnings(data, found))
    return Decoded(findings, partial(pictures.salvaged, path, limits.max_pixels, base))


def _usable_header(data: mmap) -> PngHeader:
    ihdr = header(data)
    if ihdr is None or not ihdr.width or not ihdr.height:
        raise unreadable("the PNG file has no usable header")
    if ihdr.depth not in _DEPTHS.get(ihdr.colour, ()):
        raise unreadable(f"the PNG header names colour type {ihdr.colour} at {ihdr.depth} bits")
    return ihdr


def _chunk_damage(found: list[Chunk], ihdr: PngHeader) -> str | None:
    for chunk in found:
        name = chunk.kind.decode("latin-1")
        if not chunk.whole:
            return f"the PNG file ends within its {name} chunk"
        if not chunk.sound:
            return f"the checksum of the PNG file's {name} chunk does not fit"
        if chunk.kind == b"sBIT" and chunk.length != _SBIT_LENGTHS[ihdr.colour]:
            return "the PNG file's sBIT chunk has the wrong length"
    kinds = {chunk.kind for chunk in found}
    if ihdr.colour == 3 and b"PLTE" not in kinds:
        return "the PNG file has no palette"
    return None if b"IEND" in kinds else "the PNG file has no end"


class _Inflated:
    """How many bytes of scanlines there are, and what stopped them."""

    def __init__(self) -> None:
        self.count = 0
        self.error: str | None = None

    def damage(self, expected: int) -> str | None:
        """A sentence where pixels are missing or broken."""
        if self.error is not None:
            return f"the PNG file's pixels are damaged: {self.error}"
        if self.count < expected:
            return f"{100 * self.count // expected} % of the PNG file's pixels are there"
        return None


def _inflated(data: mmap, found: list[Chunk], expected: int) -> _Inflated:
    """Decompresses piece by piece and keeps nothing; stops once all scanlines have been seen."""
    inflater, result = zlib.decompressobj(), _Inflated()
    try:
        for chunk in found:
            if chunk.kind == b"IDAT" and result.count < expected:
                _feed(data, chunk, inflater, result)
    except zlib.error as error:
        result.error = str(error)
    return result


def _feed(data: mmap, chunk: Chunk, inflater: zlib._Decompress, result: _Inflated) -> None:
    end = min(chunk.start + chunk.length, len(data))
    for at in range(chunk.start, end, _PIECE):
        piece: bytes = data[at : min(at + _PIECE, end)]
        while piece:
            result.count += len(inflater.decompress(piece, _PIECE))
            piece = inflater.unconsumed_tail


def _warnings(data: mmap, found: list[Chunk]) -> tuple[str, ...]:
    last = found[-1]
    if last.kind != b"IEND" or not last.whole:
        return ()
    warning = trailing_warning(data, last.start + last.length + 4)
    return (warning,) if warning else ()
