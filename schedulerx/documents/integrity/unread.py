"""Archives that are known by their signature and kept, but neither tested nor unpacked."""

from __future__ import annotations

from pathlib import Path

from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings

_UNTESTED = Findings(warnings=("archives of this kind are neither tested nor unpacked",))


def check(path: Path, limits: ValidateSettings) -> Findings:  # noqa: ARG001  (every check's shape)
    """Says that nothing was tested."""
    return _UNTESTED
