"""Camera RAW: the data that the directories name is there, and the preview decodes strictly."""

from __future__ import annotations

from pathlib import Path

import simplejpeg

from schedulerx.formats import raw
from schedulerx.formats.mapped import mapped
from schedulerx.media.integrity.pixels import hold_budget, unreadable
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether the sensor's data lies within the file. Only the camera's own preview is decoded.

    Raises:
        RejectedInput: there are no directories, or the picture is over the pixel budget.
    """
    with mapped(path) as data:
        width, height = raw.size(data)
        if not width or not height:
            raise unreadable("the RAW file names no picture")
        hold_budget(width, height, limits)
        missing = raw.end_of_data(data) - len(data)
        if missing > 0:
            return Findings(damage=f"the last {missing:,} bytes of the RAW file are missing")
        found = raw.previews(data)
        preview = data[found[0].start : found[0].start + found[0].length] if found else b""
    return _preview_findings(preview)


def _preview_findings(preview: bytes) -> Findings:
    if not preview:
        return Findings(warnings=("the RAW file holds no preview to show",))
    try:
        simplejpeg.decode_jpeg(preview, colorspace="GRAY", min_height=1, min_width=1)
    except ValueError as error:
        return Findings(damage=f"the RAW file's preview is damaged: {error}")
    return Findings()
