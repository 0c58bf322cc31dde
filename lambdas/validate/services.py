"""Validation's own services: buckets and no database.

Not those of `schedulerx.compose.cloud`, which imports the database's wheels: beside the media
wheels they are more than Lambda unpacks (infra/packages.py).
"""

from __future__ import annotations

from functools import cache

from schedulerx.errors import ConfigurationError
from schedulerx.model.ports import EvidenceStore
from schedulerx.pipeline.services import Services, WorkerSpec
from schedulerx.settings import ENV_PREFIX, environment
from schedulerx.stores.s3 import S3Artifacts, S3Source, s3_client


@cache
def services() -> Services:
    """The services, kept by a warm function; from the environment the stack gives it."""
    env, client = environment(dotenv=None), s3_client()
    inventory, artifacts, reports = (
        S3Artifacts(env[f"{ENV_PREFIX}{role}_BUCKET"], client)
        for role in ("INVENTORY", "ARTIFACT", "REPORT")
    )
    return Services(
        inventory=inventory,
        artifacts=artifacts,
        reports=reports,
        evidence=_no_database,
        source=lambda run: S3Source.of(run.source, client),
        workers=WorkerSpec("schedulerx.compose.cloud:cloud_worker"),
    )


def _no_database() -> EvidenceStore:
    raise ConfigurationError("validation on arrival has no database; the run's steps have")
