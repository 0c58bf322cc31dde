"""`schedule_pipeline.py --mode local`: the folder run, or only its plan."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import msgspec

from schedulerx.commands.asked import FolderRun
from schedulerx.commands.folder_run import run_folder
from schedulerx.commands.plan_table import PlanSummary, print_plan
from schedulerx.compose.folder import folder_view
from schedulerx.compose.layout import ArtifactFolder
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.pipeline.instance import remembered_instance
from schedulerx.pipeline.plan import PlanRequest, draft_plan, known_complete
from schedulerx.pipeline.pool import cores
from schedulerx.settings import environment, processing_settings


def schedule_local(arguments: argparse.Namespace, steps: tuple[str, ...]) -> int:
    """Runs a folder.

    Raises:
        ConfigurationError: a flag is missing, or names what is not there.
    """
    for name in ("source_dir", "artifact_dir"):
        if getattr(arguments, name) is None:
            raise ConfigurationError(f"--mode local needs --{name}")
    if not arguments.source_dir.is_dir():
        raise ConfigurationError(f"{arguments.source_dir} is not a folder; check --source_dir")
    if arguments.plan_only:
        return _plan_only(arguments, steps)
    return run_folder(
        FolderRun(
            source=arguments.source_dir,
            artifact_dir=arguments.artifact_dir,
            steps=tuple(arguments.steps),
            prefixes=tuple(arguments.prefix),
            skip_event_generation=arguments.skip_event_generation,
            overwrite_existing=arguments.overwrite_existing,
            minimum_batch_size=arguments.minimum_batch_size,
            processes=min(cores(), arguments.max_concurrency or cores()),
            as_json=arguments.json,
            password_file=arguments.password_file,
            upload_url=arguments.upload_url,
        )
    )


def _plan_only(arguments: argparse.Namespace, steps: tuple[str, ...]) -> ExitCode:
    """The plan of a folder run. It writes nothing and starts no database."""
    settings = processing_settings(environment())
    folder, prefixes = ArtifactFolder(arguments.artifact_dir.resolve()), tuple(arguments.prefix)
    with (
        folder_view(arguments.source_dir, prefixes, folder) as (artifacts, source),
        tempfile.TemporaryDirectory(prefix="schedulerx-plan-") as drafts,
    ):
        request = PlanRequest(
            source=source.location(),
            steps=steps,
            settings=settings,
            minimum_batch_size=arguments.minimum_batch_size,
            overwrite_existing=arguments.overwrite_existing,
            instance_id=remembered_instance(artifacts),
            tries_passwords=arguments.password_file is not None,
        )
        done = known_complete(artifacts, request)
        draft = draft_plan(source.members(), done, request, Path(drafts))
        summary = PlanSummary.of(draft)
    if arguments.json:
        sys.stdout.write(msgspec.json.encode(summary).decode() + "\n")
    else:
        print_plan(summary)
    return ExitCode.BALANCED
