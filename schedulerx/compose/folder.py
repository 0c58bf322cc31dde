"""The services of a folder run."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schedulerx.compose import database
from schedulerx.errors import ConfigurationError
from schedulerx.model.member import Member
from schedulerx.pipeline.inventory import load_run
from schedulerx.pipeline.processing import FileOutcome, FileProcessor, task_of
from schedulerx.pipeline.services import Services, WorkerSpec
from schedulerx.stores.etag_cache import EtagCache
from schedulerx.stores.folder_source import FolderSource
from schedulerx.stores.folders import FolderArtifacts


@dataclass(frozen=True)
class ArtifactFolder:
    """The folders that stand for the stack's buckets and its database."""

    root: Path

    @property
    def inventory(self) -> Path:
        """Plans, and what is remembered of the source."""
        return self.root / "inventory"

    @property
    def artifacts(self) -> Path:
        """Records, renditions, texts."""
        return self.root / "artifacts"

    @property
    def reports(self) -> Path:
        """Certificates and reports."""
        return self.root / "reports"

    @property
    def database(self) -> Path:
        """The embedded PostgreSQL."""
        return self.root / "database"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One run at a time.

        Raises:
            ConfigurationError: another run holds the folder.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                file.seek(0)
                raise ConfigurationError(
                    f"another run (process {file.read().strip() or 'unknown'}) is using "
                    f"{self.root}; wait for it to end, or name another artifact folder"
                ) from error
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


@contextmanager
def folder_services(
    source: Path, prefixes: tuple[str, ...], folder: ArtifactFolder, env: Mapping[str, str]
) -> Iterator[tuple[Services, FolderSource, EtagCache]]:
    """The services of a folder run, its source and the ETags it remembers."""
    with ExitStack() as stack:
        etags = EtagCache(folder.inventory / "etags.sqlite3")
        stack.callback(etags.close)
        walked = FolderSource(source, prefixes=prefixes, exclude=(folder.root,), etags=etags)
        artifacts = FolderArtifacts(folder.artifacts)
        artifacts.sweep()
        services = Services(
            inventory=FolderArtifacts(folder.inventory),
            artifacts=artifacts,
            reports=FolderArtifacts(folder.reports),
            evidence=cache(
                lambda: stack.enter_context(database.open_evidence(env, folder.database))
            ),
            source=lambda _: walked,
            workers=WorkerSpec(
                "schedulerx.compose.folder:folder_worker",
                {"source": str(source), "folder": str(folder.root)},
            ),
        )
        yield services, walked, etags


def folder_worker(options: Mapping[str, str], run_id: str) -> Callable[[Member], FileOutcome]:
    """What a worker process of a folder run holds."""
    folder = ArtifactFolder(Path(options["folder"]))
    run = load_run(FolderArtifacts(folder.inventory), run_id)
    return FileProcessor(
        task_of(run), FolderSource(Path(options["source"])), FolderArtifacts(folder.artifacts)
    )
