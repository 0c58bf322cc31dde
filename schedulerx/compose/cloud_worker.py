"""What a worker process of a task in the stack holds. The functions import none of it: their layers
have no room for what opens files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

from schedulerx import settings
from schedulerx.compose.cloud import cloud_services, required
from schedulerx.compose.textract import textract_over
from schedulerx.model.passwords import NO_PASSWORDS, Passwords
from schedulerx.pipeline.inventory import load_run
from schedulerx.pipeline.processing import FileProcessor
from schedulerx.pipeline.scratch import Scratch
from schedulerx.pipeline.task import task_of
from schedulerx.stores.aws_clients import aws_client
from schedulerx.stores.secrets import read_secret


def cloud_worker(_options: Mapping[str, str], run_id: str) -> FileProcessor:
    """What processes the members of a run."""
    env = settings.environment(None)
    services = cloud_services(env)
    run = load_run(services.inventory, run_id)
    return FileProcessor(
        task_of(run),
        services.source(run),
        services.artifacts,
        _passwords(env) if run.tries_passwords else NO_PASSWORDS,
        cache(lambda: Scratch(Path(tempfile.gettempdir()) / "members")),
        partial(textract_over, required(env, "ARTIFACT_BUCKET")),
    )


def _passwords(env: Mapping[str, str]) -> Passwords:
    """Those of the run's operator, in the stack's secret."""
    client = aws_client("secretsmanager", env)
    return Passwords.parse(read_secret(required(env, "PASSWORD_SECRET"), client))
