"""A worker process of a folder run. Apart, so that workers start without what they do not use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from schedulerx.compose.layout import ArtifactFolder
from schedulerx.model.member import Member
from schedulerx.pipeline.inventory import load_run
from schedulerx.pipeline.outcome import FileOutcome
from schedulerx.pipeline.processing import FileProcessor
from schedulerx.pipeline.task import task_of
from schedulerx.stores.folder_source import FolderSource
from schedulerx.stores.folders import FolderArtifacts


def folder_worker(options: Mapping[str, str], run_id: str) -> Callable[[Member], FileOutcome]:
    """What a worker process of a folder run holds."""
    folder = ArtifactFolder(Path(options["folder"]))
    run = load_run(FolderArtifacts(folder.inventory), run_id)
    return FileProcessor(
        task_of(run), FolderSource(Path(options["source"])), FolderArtifacts(folder.artifacts)
    )
