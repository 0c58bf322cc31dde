"""The stack's database, brought to this version on deploy."""

from __future__ import annotations

import msgspec

from schedulerx import settings
from schedulerx.compose.cloud import required
from schedulerx.model import keys
from schedulerx.pipeline.services import Services
from schedulerx.stores.aws_clients import aws_client
from schedulerx.stores.postgres import migrations
from schedulerx.stores.postgres.profiles import from_secret
from schedulerx.stores.secrets import read_secret


def migrate(services: Services) -> str:
    """Brings the database to this version and tells the planner which one it is."""
    env = settings.environment(None)
    secret = read_secret(required(env, "DATABASE_SECRET"), aws_client("secretsmanager", env))
    migrations.migrate(from_secret(secret))
    instance_id = services.evidence().instance_id()
    services.artifacts.put(keys.INSTANCE_KEY, msgspec.json.encode({"instance_id": instance_id}))
    return instance_id
