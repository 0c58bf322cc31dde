"""TIFF: every page is decoded; libtiff tells of broken lines on standard error only."""

from __future__ import annotations

from pathlib import Path

from schedulerx.media.complaints import complaints
from schedulerx.media.integrity import pictures
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether every page decodes without a complaint.

    Raises:
        RejectedInput: not one page can be had of it, or it is over the pixel budget.
    """
    with complaints() as told:
        found = pictures.check(path, limits)
    if found.damage is None and told:
        return Findings(damage=f"the TIFF data is damaged: {told[0].strip().rstrip('.')}")
    return found
