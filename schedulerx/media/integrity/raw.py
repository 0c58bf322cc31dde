"""Camera RAW: the data that the directories name is there, and the preview decodes strictly."""

from __future__ import annotations

from pathlib import Path

from schedulerx.errors import RejectedInput
from schedulerx.formats.jpeg import layout
from schedulerx.formats.mapped import mapped
from schedulerx.formats.raw import Preview
from schedulerx.media.decoded import Base, Decoded
from schedulerx.media.integrity import jpeg
from schedulerx.media.integrity.pixels import hold_budget, unreadable
from schedulerx.media.raw_files import raw_file
from schedulerx.media.shown import Shown
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings


def decode(path: Path, limits: ValidateSettings, base: Base) -> Decoded:
    """Whether the sensor's data lies within the file. Only the camera's own preview is decoded.

    Raises:
        RejectedInput: there are no directories, or the picture is over the pixel budget.
    """
    with mapped(path) as data:
        found = raw_file(data)
        if not found.width or not found.height:
            raise unreadable("the RAW file names no picture")
        hold_budget(found.width, found.height, limits)
        missing = found.end - len(data)
        turn = found.orientation
        best = found.previews[0] if found.previews else Preview(0, 0)
        preview = data[best.start : best.start + best.length]
    shown, damage = _shown(preview, limits, base, turn)
    if missing > 0:
        damage = f"the last {missing:,} bytes of the RAW file are missing"
    warnings = () if preview else ("the RAW file holds no preview to show",)
    return Decoded(Findings(damage=damage, warnings=warnings), lambda: shown)


def _shown(
    preview: bytes, limits: ValidateSettings, base: Base, turn: int | None
) -> tuple[Shown | None, str | None]:
    """The preview's picture, and what is damaged in it."""
    if not preview:
        return None, None
    try:
        shown, complaint = jpeg.shown(preview, layout(preview), limits, base, turn)
    except RejectedInput as error:
        return None, f"the RAW file's preview is damaged: {error.reason}"
    return shown, complaint and f"the RAW file's preview is damaged: {complaint}"
