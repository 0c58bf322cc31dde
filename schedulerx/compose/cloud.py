"""The services of the stack's functions and tasks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING

from schedulerx import settings
from schedulerx.errors import ConfigurationError
from schedulerx.pipeline.services import Services, WorkerSpec
from schedulerx.stores.aws_clients import aws_client
from schedulerx.stores.s3 import S3Artifacts, S3Source, s3_client
from schedulerx.stores.secrets import read_secret

if TYPE_CHECKING:
    from schedulerx.stores.postgres.evidence_store import PostgresEvidence


def cloud_services(env: Mapping[str, str]) -> Services:
    """The services of the stack's functions and tasks, from the environment the stack gives them.

    Raises:
        ConfigurationError: a variable is missing.
    """
    client = s3_client()
    return Services(
        inventory=S3Artifacts(required(env, "INVENTORY_BUCKET"), client),
        artifacts=S3Artifacts(required(env, "ARTIFACT_BUCKET"), client),
        reports=S3Artifacts(required(env, "REPORT_BUCKET"), client),
        evidence=cache(lambda: _open_evidence(required(env, "DATABASE_SECRET"))),
        source=lambda run: S3Source.of(run.source, client),
        workers=WorkerSpec("schedulerx.compose.cloud_worker:cloud_worker"),
    )


@contextmanager
def connected(services: Services, env: Mapping[str, str]) -> Iterator[Services]:
    """The services with a database of their own: opened when first asked for, closed at the end.

    A function's sandbox freezes between its calls, and whatever it holds open stays open.
    """
    with connected_evidence(env) as evidence:
        yield dataclasses.replace(services, evidence=evidence)


@contextmanager
def connected_evidence(env: Mapping[str, str]) -> Iterator[Callable[[], PostgresEvidence]]:
    """A database of one call: opened when first asked for, closed at the end."""
    with ExitStack() as stack:

        @cache
        def evidence() -> PostgresEvidence:
            return stack.enter_context(_open_evidence(required(env, "DATABASE_SECRET")))

        yield evidence


def _open_evidence(secret: str) -> PostgresEvidence:
    # Validation on arrival has no database, and its layers no room for the wheels of one.
    from schedulerx.stores.postgres import evidence_store  # noqa: PLC0415  (see above)

    client = aws_client("secretsmanager", settings.environment(None))
    return evidence_store.open_evidence_from_secret(read_secret(secret, client))


def required(env: Mapping[str, str], name: str) -> str:
    """A variable the stack sets.

    Raises:
        ConfigurationError: it is not set.
    """
    try:
        return env[f"{settings.ENV_PREFIX}{name}"]
    except KeyError as error:
        raise ConfigurationError(
            f"{settings.ENV_PREFIX}{name} is not set; the stack sets it, see Deploying.md"
        ) from error
