"""Where results are read from: the folder of a run, or the buckets and database of a stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from schedulerx.compose.layout import ArtifactFolder
from schedulerx.errors import ConfigurationError
from schedulerx.model.ports import ArtifactStore, EvidenceStore
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.postgres.evidence_store import open_evidence, open_evidence_from_secret

Results = tuple[ArtifactStore, EvidenceStore]


@contextmanager
def folder_results(root: Path, env: Mapping[str, str]) -> Iterator[Results]:
    """The artifacts and the database of earlier folder runs.

    Raises:
        ConfigurationError: no run has left anything there.
    """
    folder = ArtifactFolder(root.resolve())
    if not folder.artifacts.is_dir():
        raise ConfigurationError(
            f"{root} holds no results; run `python run.py FOLDER {root}` first"
        )
    with open_evidence(env, folder.database) as evidence:
        yield FolderArtifacts(folder.artifacts), evidence


@contextmanager
def stack_results(stack: str, env: Mapping[str, str]) -> Iterator[Results]:
    """The artifacts and the database of a deployed stack, as its outputs and its secret tell.

    Raises:
        ConfigurationError: there is no such stack, or its database cannot be reached from here.
    """
    # boto3 is slow to import, and folder runs do without.
    from schedulerx.stores.aws_clients import aws_client  # noqa: PLC0415  (boto3)
    from schedulerx.stores.s3 import S3Artifacts  # noqa: PLC0415  (boto3)
    from schedulerx.stores.secrets import read_secret  # noqa: PLC0415  (boto3)
    from schedulerx.stores.stack import stack_outputs  # noqa: PLC0415  (boto3)

    outputs = stack_outputs(stack, aws_client("cloudformation", env))
    secret = read_secret(outputs.database_secret_arn, aws_client("secretsmanager", env))
    with open_evidence_from_secret(secret) as evidence:
        yield S3Artifacts(outputs.artifact_bucket, aws_client("s3", env)), evidence
