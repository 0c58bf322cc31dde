"""Library runs as a user types them, and what they leave behind in comparable form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.folder_runs import python

FOLDERS = ("originals", "compressed", "bridge", "uploaded")


def library_run(
    source: Path, library: Path, *more: str, extra: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any], str]:
    """The exit code, the facts printed, and what was said beside them."""
    command = ("-m", "schedulerx.cli", "library", "run", str(source), str(library), "--json")
    ended = python(*command, *more, extra=extra)
    facts = json.loads(ended.stdout) if ended.stdout else {}
    return ended.returncode, facts, ended.stderr


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with its SHA-256."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def shelves(library: Path) -> dict[str, dict[str, str]]:
    """What the library's folders hold."""
    return {name: tree(library / name) for name in FOLDERS}


def phase(facts: Mapping[str, Any], name: str) -> dict[str, Any]:
    """One phase of a run's facts."""
    return next(each for each in facts["phases"] if each["phase"] == name)
