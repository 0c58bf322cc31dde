"""Where results are read from: the folder of a run, or the stack's artifact bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from schedulerx.compose.layout import ArtifactFolder
from schedulerx.errors import ConfigurationError
from schedulerx.model.ports import ArtifactStore, EvidenceStore
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.postgres.evidence_store import open_evidence


@contextmanager
def results(where: str, env: Mapping[str, str]) -> Iterator[tuple[ArtifactStore, EvidenceStore]]:
    """The artifacts and the database of earlier runs.

    Raises:
        ConfigurationError: no run has left anything there.
    """
    if where.startswith("s3://"):
        from schedulerx.stores.s3 import S3Artifacts, s3_client  # noqa: PLC0415  (boto3 is slow to import, and optional)

        bucket = where.removeprefix("s3://").strip("/")
        with open_evidence(env, None) as evidence:
            yield S3Artifacts(bucket, s3_client()), evidence
        return
    folder = ArtifactFolder(Path(where).resolve())
    if not folder.artifacts.is_dir():
        raise ConfigurationError(f"{where} holds no results; run `python run.py SRC {where}` first")
    with open_evidence(env, folder.database) as evidence:
        yield FolderArtifacts(folder.artifacts), evidence
