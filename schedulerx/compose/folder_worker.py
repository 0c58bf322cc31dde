"""A worker process of a folder run. Apart, so that workers start without what they do not use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from schedulerx.compose.layout import ArtifactFolder
from schedulerx.compose.textract import textract_in_a_folder
from schedulerx.model.member import Member
from schedulerx.model.passwords import NO_PASSWORDS, Passwords
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.inventory import load_run
from schedulerx.pipeline.outcome import FileOutcome
from schedulerx.pipeline.password_file import read_password_file
from schedulerx.pipeline.pool import resolve
from schedulerx.pipeline.processing import FileProcessor
from schedulerx.pipeline.progress import Progress
from schedulerx.pipeline.scratch import Scratch
from schedulerx.pipeline.step import Scope
from schedulerx.pipeline.task import task_of
from schedulerx.stores.folder_source import FolderSource
from schedulerx.stores.folders import FolderArtifacts

Worker = Callable[[Member, Progress[FileOutcome]], FileOutcome]


def folder_worker(options: Mapping[str, str], run_id: str) -> Worker:
    """What a worker process of a folder run holds. It may start before the run is planned: the
    steps are imported at once, the run is read with the first file.
    """
    for step in steps_of(Scope.FILE):
        resolve(step.target)

    @cache
    def processor() -> FileProcessor:
        folder = ArtifactFolder(Path(options["folder"]))
        run = load_run(FolderArtifacts(folder.inventory), run_id)
        source = FolderSource(Path(options["source"]))
        return FileProcessor(
            task_of(run),
            source,
            FolderArtifacts(folder.artifacts),
            _passwords(options),
            cache(lambda: Scratch(folder.scratch)),
            textract_in_a_folder,
        )

    def process(member: Member, progress: Progress[FileOutcome]) -> FileOutcome:
        return processor()(member, progress)

    return process


def _passwords(options: Mapping[str, str]) -> Passwords:
    path = options.get("password_file", "")
    return read_password_file(Path(path))[1] if path else NO_PASSWORDS
