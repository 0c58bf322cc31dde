"""What the operator of a folder run asked for, and whether it can be done."""

from __future__ import annotations

import argparse
import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from schedulerx.errors import ConfigurationError
from schedulerx.pipeline.password_file import read_password_file
from schedulerx.pipeline.pool import cores

DEFAULT_BATCH = 1000  # files in a group


@dataclass(frozen=True)
class FolderRun:
    """What the operator asked for."""

    source: Path
    artifact_dir: Path
    steps: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    skip_event_generation: bool = False
    overwrite_existing: bool = False
    minimum_batch_size: int = DEFAULT_BATCH
    processes: int = field(default_factory=cores)
    as_json: bool = False
    password_file: Path | None = None
    upload_url: str | None = None


def folder(text: str) -> Path:
    """A folder's name; an empty one is a variable that was not set, not the folder one is in."""
    if not text:
        raise argparse.ArgumentTypeError("the name of a folder is empty")
    return Path(text)


def check(asked: FolderRun) -> None:
    """Before anything is begun.

    Raises:
        ConfigurationError: a folder is missing or the same as the other, or a number is none.
    """
    if not asked.source.is_dir():
        raise ConfigurationError(
            f"{asked.source} is not a folder; name the folder that holds the files to process"
        )
    if not os.access(asked.source, os.R_OK | os.X_OK):
        raise ConfigurationError(f"{asked.source} may not be listed; mend its permissions")
    if asked.artifact_dir.exists() and not asked.artifact_dir.is_dir():
        raise ConfigurationError(f"{asked.artifact_dir} is a file; name a folder for the results")
    if asked.artifact_dir.resolve() == asked.source.resolve():
        raise ConfigurationError(
            "the artifact folder is the source folder; results need a folder of their own"
        )
    if asked.password_file is not None:
        read_password_file(asked.password_file)
    if asked.processes < 1:
        raise ConfigurationError(f"--processes is {asked.processes}; it takes 1 or more")


def command(asked: FolderRun) -> str:
    """What to type to go on, or to do it again, from any folder's point of view."""
    words = ["python", "run.py", str(asked.source.resolve()), str(asked.artifact_dir.resolve())]
    words += ["--steps", *asked.steps] if asked.steps else []
    words += ["--prefix", *asked.prefixes] if asked.prefixes else []
    words += ["--skip_event_generation"] if asked.skip_event_generation else []
    if asked.password_file is not None:
        words += ["--password_file", str(asked.password_file.resolve())]
    words += ["--upload_url", asked.upload_url] if asked.upload_url else []
    if asked.minimum_batch_size != DEFAULT_BATCH:
        words += ["--minimum_batch_size", str(asked.minimum_batch_size)]
    if asked.processes != cores():
        words += ["--processes", str(asked.processes)]
    return shlex.join(words)
