from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from schedulerx.errors import ConfigurationError
from schedulerx.stores.postgres.migrations import migrate, newest
from schedulerx.stores.postgres.profiles import Profile
from schedulerx.stores.postgres.revision import NEWEST, current, ensure_schema


@pytest.fixture
def empty(postgres: Profile) -> Profile:
    """A schema that was never migrated."""
    return replace(postgres, schema="empty")


def set_revision(profile: Profile, revision: str) -> None:
    with psycopg.connect(profile.conninfo()) as connection:
        connection.execute(
            f"UPDATE {profile.schema}.alembic_version SET version_num = %s",
            (revision,),
        )


def test_the_revision_told_without_alembic_is_alembics_head() -> None:
    assert newest() == NEWEST


def test_a_database_is_migrated_into_its_schema(empty: Profile) -> None:
    assert current(empty) is None
    assert migrate(empty) == NEWEST
    assert current(empty) == NEWEST


def test_migrating_again_changes_nothing(empty: Profile) -> None:
    migrate(empty)
    query = "SELECT id FROM empty.instance"
    with psycopg.connect(empty.conninfo(), autocommit=True) as connection:
        before = connection.execute(query).fetchall()
        migrate(empty)
        assert connection.execute(query).fetchall() == before


def test_migrations_at_once_wait_for_each_other(empty: Profile) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(migrate, [empty] * 4)) == [NEWEST] * 4


def test_two_schemas_of_one_database_are_told_apart(empty: Profile, postgres: Profile) -> None:
    migrate(empty)
    with psycopg.connect(empty.conninfo()) as connection:
        ids = connection.execute(
            "SELECT id FROM empty.instance UNION SELECT id FROM schedulerx.instance"
        ).fetchall()
    assert len(ids) == 2


def test_an_empty_database_is_made_ready(empty: Profile) -> None:
    ensure_schema(empty, may_upgrade=False)
    assert current(empty) == NEWEST


def test_an_older_schema_names_the_command(postgres: Profile) -> None:
    set_revision(postgres, "0000")
    with pytest.raises(ConfigurationError, match=r"at revision 0000.*schedulerx db migrate"):
        ensure_schema(postgres, may_upgrade=False)


def test_a_newer_schema_asks_for_a_newer_package(postgres: Profile) -> None:
    set_revision(postgres, "9999")
    with pytest.raises(ConfigurationError, match="update schedulerx"):
        ensure_schema(postgres, may_upgrade=True)


def test_a_user_without_rights_is_told_so(postgres: Profile) -> None:
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
    with pytest.raises(ConfigurationError, match="permission denied"):
        migrate(replace(postgres, user="reader", schema="other"))
