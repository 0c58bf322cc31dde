"""TIFF: every page is decoded; libtiff tells of broken lines on standard error only."""

from __future__ import annotations

from pathlib import Path

from schedulerx.formats.mapped import mapped
from schedulerx.formats.tiff_tags import TiffTags
from schedulerx.media.complaints import complaints
from schedulerx.media.decoded import Base, Decoded
from schedulerx.media.integrity import pictures
from schedulerx.media.integrity.pixels import hold_frames
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings


def decode(path: Path, limits: ValidateSettings, base: Base) -> Decoded:
    """Whether every page decodes without a complaint; the first one is shown.

    Raises:
        RejectedInput: not one page can be had of it, or it is over the pixel budget or has too
            many.
    """
    with mapped(path) as data:
        hold_frames(TiffTags(data).directories(limits.max_frames + 1), limits)
    with complaints() as told:
        found = pictures.decode(path, limits, base)
    if found.findings.damage is None and told:
        damage = f"the TIFF data is damaged: {told[0].strip().rstrip('.')}"
        return Decoded(Findings(damage=damage), lambda: found.picture)
    return found
