"""JPEG: a strict decode at an eighth of the size reads the whole stream.

It flags what a full decode flags (docs/performance.md) for the price of the entropy decoding.
"""

from __future__ import annotations

import sys
from mmap import mmap
from pathlib import Path

import simplejpeg

from schedulerx.formats.jpeg import JpegLayout, layout
from schedulerx.formats.mapped import mapped
from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.media.integrity.pixels import hold_budget, unreadable
from schedulerx.media.pictures import opened
from schedulerx.media.trailing import trailing_warning
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings

# How libjpeg's warnings about broken data begin; others are about kinds it cannot convert.
_DAMAGE = ("Corrupt", "Premature", "Inconsistent", "Invalid")


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether the picture decodes to its last line.

    Raises:
        RejectedInput: no picture can be had of it, or it is over the pixel budget.
    """
    with mapped(path) as data:
        found = layout(data)
        if not found.width or not found.height:
            raise unreadable("the JPEG file has no frame header: there is no picture in it")
        hold_budget(found.width, found.height, limits)
        return Findings(damage=_damage(data, path), warnings=_warnings(data, found))


def _damage(data: mmap, path: Path) -> str | None:
    try:
        _decode(data, strict=True)
    except ValueError as error:
        complaint = str(error)
    else:
        return None
    try:
        _decode(data, strict=False)
    except ValueError:
        return _damage_by_pillow(path, complaint)
    return f"the JPEG data is damaged: {complaint}"


def _decode(data: mmap, *, strict: bool) -> None:
    simplejpeg.decode_jpeg(
        data, colorspace="GRAY", min_height=1, min_width=1, min_factor=1, strict=strict
    )


def _damage_by_pillow(path: Path, complaint: str) -> str | None:
    """Pillow reads on where the strict decoder gives up, and kinds that it does not know."""
    try:
        with opened(path, sys.maxsize) as image:  # the budget was held before
            image.draft(None, (1, 1))
            image.load()
    except DECODER_ERRORS as error:
        raise unreadable(f"the JPEG picture cannot be decoded: {complaint}") from error
    return f"the JPEG data is damaged: {complaint}" if complaint.startswith(_DAMAGE) else None


def _warnings(data: mmap, found: JpegLayout) -> tuple[str, ...]:
    if found.end is None:
        return ()
    warning = trailing_warning(data, found.end)
    return (warning,) if warning else ()
