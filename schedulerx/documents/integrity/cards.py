"""vCards and calendars: every BEGIN has its END (RFC 6350, RFC 5545)."""

from __future__ import annotations

import re
from pathlib import Path

from schedulerx.documents.integrity import text
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings

_MARK = re.compile(rb"^\s*(BEGIN|END):\s*(VCARD|VCALENDAR)", re.IGNORECASE)


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether the text decodes and every card is closed."""
    found = text.check(path, limits)
    if found.damage is not None or text.encoding_of(path).startswith("utf-16"):
        return found
    still_open = 0
    with path.open("rb") as file:
        for line in text.lines(file):
            mark = _MARK.match(line)
            if mark is not None:
                still_open += 1 if mark.group(1).upper() == b"BEGIN" else -1
    return Findings(damage=f"{still_open} cards do not end") if still_open > 0 else found
