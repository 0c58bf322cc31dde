from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from schedulerx.errors import ConfigurationError, RetryableError
from schedulerx.stores.postgres.connect import Database, connect, translate
from schedulerx.stores.postgres.embedded import start_embedded
from schedulerx.stores.postgres.profiles import Profile

SECRET = "open sesame"


@pytest.fixture
def database(postgres: Profile) -> Iterator[Database]:
    pool = Database(postgres)
    pool.open()
    yield pool
    pool.close()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Profile]:
    """A server that asks its user for a password."""
    with start_embedded(tmp_path) as server:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("CREATE USER me PASSWORD 'right'")
            hba = tmp_path / "data" / "pg_hba.conf"
            hba.write_text(f"local all me scram-sha-256\n{hba.read_text()}")
            connection.execute("SELECT pg_reload_conf()")
        yield replace(server.profile, name="LOCAL_1", user="me", password=SECRET)


def refusal(profile: Profile) -> str:
    """What the operator is told, after a look for the password in all that could be logged."""
    with pytest.raises(ConfigurationError) as caught:
        connect(profile)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


def test_a_wrong_password_names_the_profile_and_the_next_step(guarded: Profile) -> None:
    message = refusal(guarded)
    assert "LOCAL_1 (me@" in message
    assert "password authentication failed" in message
    assert message.endswith("set the right user and password.")


def test_a_missing_password_is_asked_for(guarded: Profile) -> None:
    assert refusal(replace(guarded, password="")).endswith("set the password.")


def test_an_unknown_database_is_named(postgres: Profile) -> None:
    message = refusal(replace(postgres, dbname="nowhere", password=SECRET))
    assert 'database "nowhere" does not exist' in message
    assert message.endswith("create it, or set the right name.")


def test_a_port_where_nobody_listens_is_named(postgres: Profile) -> None:
    message = refusal(replace(postgres, host="127.0.0.1", port=1, password=SECRET))
    assert "127.0.0.1:1" in message
    assert message.endswith("start the server, or set the right host and port.")


def test_a_host_that_does_not_exist_is_named(postgres: Profile) -> None:
    message = refusal(replace(postgres, host="nowhere.invalid", password=SECRET))
    assert "nowhere.invalid" in message


def test_a_server_without_free_connections_is_worth_another_try(tmp_path: Path) -> None:
    with start_embedded(tmp_path) as server:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("CREATE USER me CONNECTION LIMIT 0")
        with pytest.raises(RetryableError, match="too many connections"):
            connect(replace(server.profile, user="me"))


def test_statements_mean_the_tables_of_the_profiles_schema(postgres: Profile) -> None:
    odd = Database(replace(postgres, schema='odd "name'))
    odd.open()
    with odd.transaction() as connection:
        connection.execute('CREATE SCHEMA "odd ""name" CREATE TABLE here (n int)')
    with odd.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM here").fetchone() == (0,)
    odd.close()


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(errors.DivisionByZero), database.transaction() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 / n FROM generate_series(0, 1) n")
    with database.transaction() as connection:
        assert connection.execute("SELECT to_regclass('t')").fetchone() == (None,)


def test_a_connection_that_is_cut_is_worth_another_try(database: Database) -> None:
    with pytest.raises(RetryableError, match="Run again"), database.transaction() as connection:
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_the_pool_replaces_connections_that_were_cut(database: Database) -> None:
    with database.transaction() as connection:
        pid = connection.info.backend_pid
    with psycopg.connect(database.profile.conninfo(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    with database.transaction() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_schema_that_was_never_migrated_names_the_command(database: Database) -> None:
    with (
        pytest.raises(ConfigurationError, match="schedulerx db migrate"),
        database.transaction() as connection,
    ):
        connection.execute("SELECT * FROM no_such_table")


def test_a_fault_of_our_own_keeps_its_type(database: Database) -> None:
    with pytest.raises(errors.SyntaxError), database.transaction() as connection:
        connection.execute("SELEKT")


@pytest.mark.parametrize(
    "error", [errors.DeadlockDetected, errors.SerializationFailure, errors.TooManyConnections,
              errors.AdminShutdown, errors.CannotConnectNow, errors.ConnectionFailure,
              errors.QueryCanceled],
)  # fmt: skip
def test_what_may_pass_by_itself_is_retryable(
    error: type[psycopg.Error], postgres: Profile
) -> None:
    assert isinstance(translate(error("so it is"), postgres), RetryableError)


@pytest.mark.parametrize("error", [errors.DiskFull, errors.InsufficientPrivilege])
def test_what_the_operator_must_mend_is_said(error: type[psycopg.Error], postgres: Profile) -> None:
    assert isinstance(translate(error("so it is"), postgres), ConfigurationError)


def test_a_password_that_a_server_repeats_is_struck_out(postgres: Profile) -> None:
    profile = replace(postgres, password=SECRET)
    told = translate(errors.AdminShutdown(f"bye {SECRET}"), profile)
    assert "bye ********" in str(told)
