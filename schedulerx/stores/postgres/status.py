"""What a database holds, for its operator."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from schedulerx.stores.postgres.connect import Connection, connect, use_schema
from schedulerx.stores.postgres.profiles import Profile
from schedulerx.stores.postgres.revision import current

TABLES = ("objects", "events", "persons", "devices", "person_devices")


@dataclass(frozen=True)
class Status:
    """Server version, revision of the schema (None: never migrated), size, and rows a table."""

    server: str
    revision: str | None
    bytes: int
    instance_id: str | None
    rows: dict[str, int]


def status(profile: Profile) -> Status:
    """Asks the database.

    Raises:
        ConfigurationError, RetryableError: as `connect` says.
    """
    revision = current(profile)
    with connect(profile) as connection:
        use_schema(connection, profile.schema)
        server, size = connection.execute(
            "SELECT current_setting('server_version'), pg_database_size(current_database())"
        ).fetchone() or ("", 0)
        migrated = revision is not None
        return Status(
            server=server,
            revision=revision,
            bytes=size,
            instance_id=_scalar(connection, "id::text", "instance") if migrated else None,
            rows={name: int(_scalar(connection, "count(*)", name) or 0) for name in TABLES}
            if migrated
            else {},
        )


def _scalar(connection: Connection, expression: str, table: str) -> str | None:
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(expression),
        sql.Identifier(table),
    )
    row = connection.execute(query).fetchone()
    return None if row is None else str(row[0])
