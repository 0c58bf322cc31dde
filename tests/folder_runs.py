"""Folder runs as a user types them, and what they leave behind in comparable form."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from schedulerx.model.record import decode_record
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.postgres.export import FIELDS

ROOT = Path(__file__).resolve().parent.parent
NO_OCR = {"SCHEDULERX_SETTINGS": json.dumps({"read": {"ocr_engine": "none"}})}


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a newcomer: no profile, no settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SCHEDULERX_", "LOCAL_", "SUPABASE_", "DB_PROFILE", "AWS_"))
    }
    return {**kept, **(extra or {})}


def python(
    *arguments: str | Path, extra: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """`python ARGUMENTS` to its end."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=environment(extra),
        capture_output=True,
        text=True,
        check=False,
    )


def start(
    *arguments: str | Path, extra: Mapping[str, str] | None = None, stdout: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """`python ARGUMENTS` in a process group of its own, to be signalled."""
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=environment(extra),
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def folder_run(
    source: Path, artifacts: Path, *more: str, extra: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON summary of `run.py SRC ART --json`."""
    done = python("run.py", source, artifacts, "--json", *more, extra=extra)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def exported(kind: str, artifacts: Path, *more: str) -> list[dict[str, Any]]:
    """`schedulerx export KIND` as rows."""
    done = python("-m", "schedulerx.cli", "export", kind, "--artifact_dir", artifacts, *more)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def everything(artifacts: Path) -> dict[str, list[Any]]:
    """All that a run leaves, apart from times: every export and every record."""
    store = FolderArtifacts(artifacts / "artifacts")
    records = [(key, decode_record(store.get(key))) for key in store.keys("records/")]
    return {
        **{kind: exported(kind, artifacts) for kind in FIELDS},
        "artifacts": [
            (key, len(store.get(key)))
            for key in store.keys("")
            if key.startswith(("renditions/", "text/", "ocr/", "events/"))
        ],
        "stored records": [
            (
                key,
                record.status,
                record.description,
                record.renditions,
                record.reading,
                record.events,
                {name: (step.fingerprint, step.status) for name, step in record.steps.items()},
            )
            for key, record in records
        ],
    }


def outputs(
    artifacts: Path, areas: Sequence[str] = ("records", "renditions", "text", "ocr")
) -> dict[str, int]:
    """Every output file and the time it was written."""
    root = artifacts / "artifacts"
    return {
        str(path.relative_to(root)): path.stat().st_mtime_ns
        for area in areas
        for path in (root / area).rglob("*")
        if path.is_file()
    }
