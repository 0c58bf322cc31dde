"""A worker process of a library run. Apart, so that workers start without what they do not use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from schedulerx.compose.layout import ArtifactFolder
from schedulerx.library.settings import LibrarySettings
from schedulerx.library.tasks import EXAMINATION, LibraryWorker
from schedulerx.pipeline.definition import BY_NAME
from schedulerx.pipeline.pool import resolve
from schedulerx.settings import ProcessingSettings
from schedulerx.stores.folder_source import FolderSource
from schedulerx.stores.folders import FolderArtifacts

STATE = ".schedulerx"


def library_worker(options: Mapping[str, str], _run_id: str) -> LibraryWorker:
    """What a worker process holds."""
    for name in EXAMINATION:
        resolve(BY_NAME[name].target)
    root = Path(options["library"])
    return LibraryWorker(
        root=root,
        originals=FolderSource(root / "originals"),
        artifacts=FolderArtifacts(ArtifactFolder(root / STATE).artifacts),
        settings=msgspec.json.decode(options["settings"], type=LibrarySettings),
        processing=msgspec.json.decode(options["processing"], type=ProcessingSettings),
    )
