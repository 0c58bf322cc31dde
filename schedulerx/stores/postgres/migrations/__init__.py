"""The schema, by Alembic; every revision is SQL in `versions/`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import alembic.command
import psycopg
import sqlalchemy
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from schedulerx.stores.postgres.connect import connect, translate, use_schema
from schedulerx.stores.postgres.profiles import Profile

LOCK = 0x5C4ED01  # any number, the same for everyone who migrates


def migrate(profile: Profile) -> str:
    """Brings the schema to the newest revision and returns it. Safe to run from many at once: the
    first migrates, the others wait and find it done.

    Raises:
        ConfigurationError, RetryableError: as `connect` and `translate` say.
    """
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: connect(profile), poolclass=NullPool
    )
    try:
        with engine.begin() as connection:
            _upgrade(connection, profile.schema)
    except (psycopg.Error, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        translated = translate(cause, profile) if isinstance(cause, psycopg.Error) else None
        raise translated or error from None
    return newest()


def _upgrade(connection: sqlalchemy.Connection, schema: str) -> None:
    raw: Any = connection.connection.driver_connection
    raw.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    raw.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
    use_schema(raw, schema)
    config = _config()
    config.attributes.update(connection=connection, schema=schema)
    alembic.command.upgrade(config, "head")


def newest() -> str:
    """The revision this version of the package needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
