"""What is to be started of a post, from the stack's database alone."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from schedulerx.compose.cloud import required
from schedulerx.posts.starting import Start
from schedulerx.stores.aws_clients import aws_client
from schedulerx.stores.postgres.opening import open_database_from_secret
from schedulerx.stores.postgres.post_starts import PostgresStarts
from schedulerx.stores.secrets import read_secret


def waiting_targets(env: Mapping[str, str], post_id: UUID) -> list[Start]:
    """The targets of a post that wait.

    Raises:
        RetryableError: the database does not answer now.
    """
    secret = read_secret(required(env, "DATABASE_SECRET"), aws_client("secretsmanager", env))
    with open_database_from_secret(secret) as database:
        return PostgresStarts(database).of_post(post_id)
