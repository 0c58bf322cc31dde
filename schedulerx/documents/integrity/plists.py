"""Property lists (Apple): binary and XML."""

from __future__ import annotations

import plistlib
from pathlib import Path
from xml.parsers.expat import ExpatError

from schedulerx.documents.integrity.rejections import refused, unreadable
from schedulerx.model.findings import SOUND, Findings
from schedulerx.settings import ValidateSettings

_PARSED_BYTES = (
    64 * 1024 * 1024
)  # a list is parsed in memory, in which it takes many times its size
# What plistlib raises on broken lists, beside its documented InvalidFileException.
_ERRORS = (
    plistlib.InvalidFileException, ExpatError, ValueError, TypeError, OverflowError, IndexError,
    KeyError, AttributeError, EOFError, MemoryError,
)  # fmt: skip


def check(path: Path, limits: ValidateSettings) -> Findings:  # noqa: ARG001  (every check's shape)
    """Whether the list reads.

    Raises:
        RejectedInput: it does not, or is nested too deep.
    """
    if path.stat().st_size > _PARSED_BYTES:
        return Findings(warnings=("the property list is too long to be tested",))
    try:
        with path.open("rb") as file:
            plistlib.load(file)
    except RecursionError as error:
        raise refused("the property list is nested too deep") from error
    except _ERRORS as error:
        raise unreadable(f"the property list does not read: {error}") from error
    return SOUND
