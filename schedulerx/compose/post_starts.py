"""What is to be started of a post, from the stack's database alone."""

from __future__ import annotations

from uuid import UUID

from schedulerx.compose.cloud import required
from schedulerx.posts.starting import Start
from schedulerx.stores.aws_clients import Clients
from schedulerx.stores.postgres.opening import open_database_from_secret
from schedulerx.stores.postgres.post_starts import PostgresStarts
from schedulerx.stores.secrets import read_secret


def waiting_targets(clients: Clients, post_id: UUID) -> list[Start]:
    """The targets of a post that wait.

    Raises:
        RetryableError: the database does not answer now.
    """
    secret = read_secret(required(clients.env, "DATABASE_SECRET"), clients.of("secretsmanager"))
    with open_database_from_secret(secret) as database:
        return PostgresStarts(database).of_post(post_id)
