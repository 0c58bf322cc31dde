"""GIF: canvases are budgeted block by block, then every frame is decoded."""

from __future__ import annotations

from mmap import mmap
from pathlib import Path

from schedulerx.errors import RejectedInput
from schedulerx.formats import gif
from schedulerx.formats.mapped import mapped
from schedulerx.media.decoded import Base, Decoded
from schedulerx.media.integrity import pictures
from schedulerx.media.integrity.pixels import hold_budget, hold_frames, unreadable
from schedulerx.media.trailing import trailing_warning
from schedulerx.model.findings import Findings
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings


def decode(path: Path, limits: ValidateSettings, base: Base) -> Decoded:
    """Whether every frame is there and decodes; the first one is shown.

    Raises:
        RejectedInput: there is no frame, or a canvas or the number of frames is over the budget.
    """
    with mapped(path) as data:
        last, count, whole = _walked(data, limits)
        after = gif.end(data, last)
        warning = trailing_warning(data, after) if after is not None else None
    if not count:
        raise unreadable("the GIF file holds no frame")
    decoded = pictures.decode(path, limits, base)
    cut = None if whole else "the GIF file ends within its last frame"
    damage = decoded.findings.damage or cut
    findings = Findings(damage=damage, warnings=(warning,) if warning else ())
    return Decoded(findings, lambda: decoded.picture)


def _walked(data: mmap, limits: ValidateSettings) -> tuple[int, int, bool]:
    """Where the last frame ends, how many there are, and whether the last one is whole."""
    width, height = gif.canvas(data)
    hold_budget(width, height, limits)
    last, count, whole = len(data), 0, True
    try:
        for count, frame in enumerate(gif.frames(data), start=1):
            hold_budget(max(width, frame.right), max(height, frame.bottom), limits, "frame")
            hold_frames(count, limits)
            last, whole = frame.end, frame.whole
    except ValueError as error:
        raise RejectedInput(ReasonCode.REFUSED, f"the GIF file: {error}") from error
    return last, count, whole
