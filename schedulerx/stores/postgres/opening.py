"""Opening the database of a profile, or the one embedded in a folder, ready for use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from schedulerx.stores.postgres.connect import POOL_MAX, Database
from schedulerx.stores.postgres.embedded import start_embedded
from schedulerx.stores.postgres.profiles import choose, from_secret
from schedulerx.stores.postgres.revision import ensure_schema


@contextmanager
def open_database(
    env: Mapping[str, str], embedded_folder: Path, connections: int = POOL_MAX
) -> Iterator[Database]:
    """The database of the profile that `DB_PROFILE` names, else the embedded one in the folder.

    Raises:
        ConfigurationError: the profile, the folder or the schema is not usable.
        RetryableError: the server is busy.
    """
    with ExitStack() as stack:
        profile = choose(env)
        if profile is None:
            server = start_embedded(embedded_folder)
            stack.callback(server.stop)
            ensure_schema(server.profile, may_upgrade=True)
            database = Database(server.profile, connections)
        else:
            ensure_schema(profile, may_upgrade=False)
            database = Database(profile, connections)
        database.open()
        stack.callback(database.close)
        yield database


@contextmanager
def open_database_from_secret(secret_json: str) -> Iterator[Database]:
    """The database that a secret points at.

    Raises:
        ConfigurationError: the secret or the schema is not usable.
        RetryableError: the server is busy.
    """
    profile = from_secret(secret_json)
    ensure_schema(profile, may_upgrade=False)
    database = Database(profile)
    database.open()
    try:
        yield database
    finally:
        database.close()
