"""The services of the stack's functions and tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import msgspec

from schedulerx import settings
from schedulerx.errors import ConfigurationError
from schedulerx.model import keys
from schedulerx.model.member import Member
from schedulerx.pipeline.inventory import load_run
from schedulerx.pipeline.processing import FileOutcome, FileProcessor, task_of
from schedulerx.pipeline.services import Services, WorkerSpec
from schedulerx.stores.postgres import migrations
from schedulerx.stores.postgres.evidence_store import open_evidence_from_secret
from schedulerx.stores.postgres.profiles import from_secret
from schedulerx.stores.s3 import S3Artifacts, S3Source, s3_client
from schedulerx.stores.secrets import read_secret


def cloud_services(env: Mapping[str, str]) -> Services:
    """The services of the stack's functions and tasks, from the environment the stack gives them.

    Raises:
        ConfigurationError: a variable is missing.
    """
    client = s3_client()
    return Services(
        inventory=S3Artifacts(_required(env, "INVENTORY_BUCKET"), client),
        artifacts=S3Artifacts(_required(env, "ARTIFACT_BUCKET"), client),
        reports=S3Artifacts(_required(env, "REPORT_BUCKET"), client),
        evidence=cache(
            lambda: open_evidence_from_secret(read_secret(_required(env, "DATABASE_SECRET")))
        ),
        source=lambda run: S3Source.of(run.source, client),
        workers=WorkerSpec("schedulerx.compose.cloud:cloud_worker"),
    )


def cloud_worker(_options: Mapping[str, str], run_id: str) -> Callable[[Member], FileOutcome]:
    """What a worker process of a task in the stack holds."""
    services = cloud_services(settings.environment(None))
    run = load_run(services.inventory, run_id)
    return FileProcessor(task_of(run), services.source(run), services.artifacts)


def migrate(services: Services) -> str:
    """Brings the database to this version and tells the planner which one it is."""
    secret = _required(settings.environment(None), "DATABASE_SECRET")
    migrations.migrate(from_secret(read_secret(secret)))
    instance_id = services.evidence().instance_id()
    services.artifacts.put(keys.INSTANCE_KEY, msgspec.json.encode({"instance_id": instance_id}))
    return instance_id


def _required(env: Mapping[str, str], name: str) -> str:
    try:
        return env[f"{settings.ENV_PREFIX}{name}"]
    except KeyError as error:
        raise ConfigurationError(
            f"{settings.ENV_PREFIX}{name} is not set; the stack sets it, see Deploying.md"
        ) from error
