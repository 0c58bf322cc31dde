"""Which revision a schema is at, and whether this version of the package can use it."""

from __future__ import annotations

from psycopg import sql

from schedulerx.errors import ConfigurationError
from schedulerx.stores.postgres.connect import connect
from schedulerx.stores.postgres.profiles import Profile

NEWEST = "0020"  # the head of `migrations`, told here so that Alembic loads only to migrate


def current(profile: Profile) -> str | None:
    """The revision of the schema; None where it was never migrated."""
    with connect(profile) as connection:
        table = sql.Identifier(profile.schema, "alembic_version").as_string(connection)
        exists = connection.execute("SELECT to_regclass(%s)", (table,)).fetchone()
        if exists is None or exists[0] is None:
            return None
        row = connection.execute(
            sql.SQL("SELECT version_num FROM {}").format(sql.SQL(table))
        ).fetchone()
        return None if row is None else str(row[0])


def ensure_schema(profile: Profile, *, may_upgrade: bool) -> None:
    """Makes an empty database ready; an older one only where `may_upgrade`.

    Raises:
        ConfigurationError: the schema is older, or newer, than this version of the package.
    """
    found = current(profile)
    if found == NEWEST:
        return
    if found is None or (found < NEWEST and may_upgrade):
        from schedulerx.stores.postgres.migrations import migrate  # noqa: PLC0415  (loads Alembic)

        migrate(profile)
        return
    advice = "run `schedulerx db migrate`" if found < NEWEST else "update schedulerx"
    raise ConfigurationError(
        f"The schema {profile.schema} of database profile {profile.name} is at revision {found}, "
        f"and this version of schedulerx needs {NEWEST}: {advice}."
    )
