"""JPEG: one strict decode at the smallest scale that will do reads the whole stream.

It flags what a full decode flags (docs/performance.md), and gives the pixels as well.
"""

from __future__ import annotations

import io
import sys
from mmap import mmap
from pathlib import Path

import numpy as np
import simplejpeg
from PIL import Image

from schedulerx.errors import RejectedInput
from schedulerx.formats.jpeg import Buffer, JpegLayout, layout
from schedulerx.formats.mapped import mapped
from schedulerx.media.canvas import picture_of, stored_base
from schedulerx.media.colours import in_srgb, needs_conversion
from schedulerx.media.decoded import Base, Decoded
from schedulerx.media.exif import parse_exif
from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.media.integrity.pixels import hold_budget, unreadable
from schedulerx.media.picture import Picture, scaled
from schedulerx.media.pictures import opened
from schedulerx.media.shown import Pixels, Shown
from schedulerx.media.trailing import trailing_warning
from schedulerx.model.findings import Findings
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings

# How libjpeg's warnings about broken data begin; others are about kinds it cannot convert.
_DAMAGE = ("Corrupt", "Premature", "Inconsistent", "Invalid")
# Of a progressive picture; encoders make about ten, and every one costs a pass over all blocks.
_MAX_SCANS = 200
# Divisors that libjpeg-turbo has vector instructions for: half is faster than three eighths.
_FAST_DIVISORS = (8, 4, 2)


def decode(path: Path, limits: ValidateSettings, base: Base) -> Decoded:
    """Whether the picture decodes to its last line, and what it shows.

    Raises:
        RejectedInput: no picture can be had of it, or it is over the pixel budget.
    """
    with mapped(path) as data:
        found = layout(data)
        picture, complaint = shown(data, found, limits, base)
        damage = complaint and f"the JPEG data is damaged: {complaint}"
        return Decoded(Findings(damage=damage, warnings=_warnings(data, found)), lambda: picture)


def shown(
    data: Buffer, found: JpegLayout, limits: ValidateSettings, base: Base, turn: int | None = None
) -> tuple[Shown, str | None]:
    """The picture, and what the strict decoder complained of. `turn` is its orientation where it
    carries none.

    Raises:
        RejectedInput: no picture can be had of it, or it is over the pixel budget.
    """
    if not found.width or not found.height:
        raise unreadable("the JPEG file has no frame header: there is no picture in it")
    hold_budget(found.width, found.height, limits)
    if found.scans > _MAX_SCANS:
        words = f"the JPEG file has {found.scans:,} scans, over the limit of {_MAX_SCANS}"
        raise RejectedInput(ReasonCode.REFUSED, words)
    turn = turn or parse_exif(found.exif).orientation
    size = stored_base((found.width, found.height), base, turn)
    try:
        pixels, complaint = _pixels(data, found, size)
    except ValueError as error:
        return _by_pillow(data, size, base, str(error))
    return _picture(pixels, found, size, turn), complaint


def _pixels(data: Buffer, found: JpegLayout, size: tuple[int, int]) -> tuple[Pixels, str | None]:
    """The pixels, and what the strict decoder complained of before the lenient one gave them.

    Raises:
        ValueError: neither gives any, with the strict one's complaint.
    """
    try:
        return _decoded(data, found, size, strict=True), None
    except ValueError as error:
        complaint = str(error)
    try:
        return _decoded(data, found, size, strict=False), complaint
    except ValueError as error:
        raise ValueError(complaint) from error


def _decoded(data: Buffer, found: JpegLayout, size: tuple[int, int], *, strict: bool) -> Pixels:
    """RGB or grey at one of libjpeg-turbo's sixteen scales that covers `size`."""
    width, height = _least(found, size)
    pixels: Pixels = simplejpeg.decode_jpeg(
        data,
        "GRAY" if found.components == 1 else "RGB",
        min_width=width,
        min_height=height,
        min_factor=1,
        strict=strict,
    )
    return pixels[:, :, 0] if found.components == 1 else pixels


def _least(found: JpegLayout, size: tuple[int, int]) -> tuple[int, int]:
    """The size to ask for: that of a fast scale, where one of them covers what is wanted."""
    for divisor in _FAST_DIVISORS:
        covering = -(-found.width // divisor), -(-found.height // divisor)
        if covering[0] >= size[0] and covering[1] >= size[1]:
            return covering
    return size


def _picture(pixels: Pixels, found: JpegLayout, size: tuple[int, int], turn: int | None) -> Picture:
    if needs_conversion(found.profile):
        small = Image.fromarray(scaled(pixels, *size))
        pixels = np.asarray(in_srgb(small, found.profile))
    return Picture.of(pixels, *size, turn, (found.width, found.height))


def _by_pillow(
    data: Buffer, size: tuple[int, int], base: Base, complaint: str
) -> tuple[Shown, str | None]:
    """Pillow reads on where the strict decoder gives up, and kinds that it does not know."""
    try:
        with opened(io.BytesIO(data), sys.maxsize) as image:  # the budget was held before
            image.draft(None, size)
            image.load()
            picture = picture_of(image, base)
    except DECODER_ERRORS as error:
        raise unreadable(f"the JPEG picture cannot be decoded: {complaint}") from error
    return picture, complaint if complaint.startswith(_DAMAGE) else None


def _warnings(data: mmap, found: JpegLayout) -> tuple[str, ...]:
    if found.end is None:
        return ()
    warning = trailing_warning(data, found.end)
    return (warning,) if warning else ()
