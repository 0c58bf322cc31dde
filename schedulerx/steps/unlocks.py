"""Which files passwords are tried on, and how."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schedulerx.documents.containers import unlocking
from schedulerx.documents.integrity import pdf
from schedulerx.model.findings import Findings
from schedulerx.model.passwords import Passwords
from schedulerx.settings import ValidateSettings

# What is found behind the lock, with the line of the password; None where none opens it.
Unlock = Callable[[Path, ValidateSettings, Passwords], Findings | None]

UNLOCKS: dict[str, Unlock] = {
    "application/zip": unlocking.unlock_zip,
    "application/vnd.google-earth.kmz": unlocking.unlock_zip,
    "application/x-7z-compressed": unlocking.unlock_seven_zip,
    "application/pdf": pdf.unlock,
}
