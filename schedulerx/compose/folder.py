"""The services of a folder run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from schedulerx.compose.layout import ArtifactFolder
from schedulerx.model.ports import ArtifactStore, EventsFeed
from schedulerx.pipeline.scratch import sweep
from schedulerx.pipeline.services import Services, WorkerSpec
from schedulerx.settings import UPLOAD_TOKEN
from schedulerx.stores.etag_cache import EtagCache
from schedulerx.stores.folder_source import FolderSource
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.postgres.evidence_store import open_evidence

ETAGS = "etags.sqlite3"


@contextmanager
def folder_services(
    source: Path,
    prefixes: tuple[str, ...],
    folder: ArtifactFolder,
    env: Mapping[str, str],
    password_file: Path | None = None,
    upload_url: str | None = None,
) -> Iterator[tuple[Services, FolderSource, EtagCache]]:
    """The services of a folder run, its source and the ETags it remembers."""
    with ExitStack() as stack:
        etags = EtagCache(folder.inventory / ETAGS)
        stack.callback(etags.close)
        stack.callback(sweep, folder.scratch)
        walked = FolderSource(source, prefixes=prefixes, exclude=(folder.root,), etags=etags)
        artifacts = FolderArtifacts(folder.artifacts)
        artifacts.sweep()
        sweep(folder.scratch)
        services = Services(
            inventory=FolderArtifacts(folder.inventory),
            artifacts=artifacts,
            reports=FolderArtifacts(folder.reports),
            evidence=cache(lambda: stack.enter_context(open_evidence(env, folder.database))),
            source=lambda _: walked,
            workers=WorkerSpec(
                "schedulerx.compose.folder_worker:folder_worker",
                {
                    "source": str(source),
                    "folder": str(folder.root),
                    "password_file": str(password_file.resolve()) if password_file else "",
                },
            ),
            feed=_feed(stack, upload_url, env, artifacts) if upload_url else None,
        )
        yield services, walked, etags


def _feed(
    stack: ExitStack, url: str, env: Mapping[str, str], artifacts: ArtifactStore
) -> EventsFeed:
    from schedulerx.compose.upload_url import upload_feed  # noqa: PLC0415  (httpx: most runs do without)

    return stack.enter_context(upload_feed(url, env.get(UPLOAD_TOKEN, ""), artifacts))


@contextmanager
def folder_view(
    source: Path, prefixes: tuple[str, ...], folder: ArtifactFolder
) -> Iterator[tuple[FolderArtifacts, FolderSource]]:
    """What a plan reads: the artifacts, none where the folder is not there yet, and the source
    with the ETags remembered. Nothing is written to either, and no database is started.
    """
    with TemporaryDirectory(prefix="schedulerx-view-") as scratch, ExitStack() as stack:
        remembered, copy = folder.inventory / ETAGS, Path(scratch) / ETAGS
        for ending in ("", "-wal"):  # SQLite writes beside what it reads
            if Path(f"{remembered}{ending}").is_file():
                shutil.copyfile(f"{remembered}{ending}", f"{copy}{ending}")
        etags = EtagCache(copy)
        stack.callback(etags.close)
        there = folder.artifacts if folder.artifacts.is_dir() else Path(scratch) / "artifacts"
        walked = FolderSource(source, prefixes=prefixes, exclude=(folder.root,), etags=etags)
        yield FolderArtifacts(there), walked
