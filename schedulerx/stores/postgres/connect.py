"""Connections: a pool a store, every statement in a transaction, errors in the operator's words.

The schema is set with `SET LOCAL` in each transaction, the one way that poolers keep.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool, PoolTimeout

from schedulerx.errors import ConfigurationError, RetryableError, SchedulerXError
from schedulerx.stores.postgres.profiles import Profile

Connection = psycopg.Connection[tuple[Any, ...]]

POOL_MAX = 4
POOL_WAIT_S = 30.0

# At the start: what libpq or the server says, and what to do about it.
_AT_START = (
    ("password authentication failed", "set the right user and password"),
    ("no password supplied", "set the password"),
    ("Tenant or user not found", "set the right PROJECT_REF (or the region in the host)"),
    ("could not translate host name", "set the right host"),
    ("failed to resolve host", "set the right host"),
    ("Connection refused", "start the server, or set the right host and port"),
    ("No such file or directory", "start the server, or set the right host"),
    ("does not exist", "create it, or set the right name"),
    ("does not support SSL", "set sslmode, or allow SSL at the server"),
    ("no pg_hba.conf entry", "allow this client in the server's pg_hba.conf"),
)
_BUSY = ("too many connections", "too many clients", "remaining connection slots", "starting up",
         "shutting down", "timeout expired", "timed out", "max clients reached",
         "server closed the connection", "connection to server was lost")  # fmt: skip

# SQLSTATE classes and codes that may go away by themselves.
_RETRYABLE = ("08", "40", "53300", "53400", "55P03", "57014", "57P01", "57P02", "57P03", "57P05")


def connect(profile: Profile) -> Connection:
    """One connection, autocommit off.

    Raises:
        ConfigurationError: the profile is wrong, or nobody answers there.
        RetryableError: the server is busy or starting.
    """
    try:
        return psycopg.connect(profile.conninfo(), prepare_threshold=_threshold(profile))
    except psycopg.OperationalError as error:
        raise _start_error(error, profile) from None  # the chain might repeat the password


def _threshold(profile: Profile) -> int | None:
    return 5 if profile.prepared else None


def _pool_wait_s(profile: Profile) -> float:
    """Not shorter than the making of a connection may take."""
    return max(POOL_WAIT_S, profile.connect_s)


def use_schema(connection: Connection, schema: str) -> None:
    """Makes unqualified names mean the schema's, until the transaction ends."""
    connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))


class Database:
    """A pool of connections to one profile, so many at most; made as they are asked for."""

    def __init__(self, profile: Profile, connections: int = POOL_MAX) -> None:
        self.profile = profile
        logging.getLogger("psycopg.pool").setLevel(
            logging.CRITICAL
        )  # errors are told by `translate`
        self._pool = ConnectionPool(
            profile.conninfo(),
            kwargs={"prepare_threshold": _threshold(profile)},
            min_size=0,
            max_size=connections,
            timeout=_pool_wait_s(profile),
            check=ConnectionPool.check_connection,
            open=False,
        )

    def open(self) -> None:
        """Opens the pool. Connections are made as they are asked for."""
        self._pool.open()

    def close(self) -> None:
        """Closes the pool and its connections."""
        self._pool.close()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection in a transaction: committed at the end, rolled back on an error.

        Raises:
            RetryableError, ConfigurationError: for what PostgreSQL reports; a fault of our own
                statements keeps its type.
        """
        try:
            with self._pool.connection() as connection, connection.transaction():
                use_schema(connection, self.profile.schema)
                yield connection
        except (psycopg.Error, PoolTimeout) as error:
            translated = translate(error, self.profile)
            if translated is None:
                raise
            raise translated from error


def _start_error(error: psycopg.Error, profile: Profile) -> SchedulerXError:
    said = _said(error, profile)
    where = f"Database profile {profile.name} ({profile.place()})"
    if any(words in said for words in _BUSY):
        return RetryableError(
            f"{where} does not take the connection: {said}. Run again in a moment; if it stays so, "
            "check host, port and firewall."
        )
    advice = next((do for words, do in _AT_START if words in said), "check the profile")
    return ConfigurationError(f"{where} cannot be used: {said}. To mend it: {advice}.")


def translate(error: psycopg.Error | PoolTimeout, profile: Profile) -> SchedulerXError | None:
    """What an error means for the run; None for a fault of our own."""
    said = _said(error, profile)
    where = f"Database profile {profile.name} ({profile.place()})"
    if isinstance(error, PoolTimeout):
        return RetryableError(
            f"{where} gave no connection within {_pool_wait_s(profile):.0f} s: run again."
        )
    state = error.sqlstate or ("08" if isinstance(error, psycopg.OperationalError) else "")
    if state.startswith(_RETRYABLE):
        return RetryableError(f"{where}: {said}. Run again: nothing of this step was stored.")
    if state == "53100":
        return ConfigurationError(f"{where} has no disk space left: {said}. Free some, run again.")
    if state == "42501":
        return ConfigurationError(f"{where}: {said}. Grant the user rights on the schema.")
    if state in ("42P01", "42703", "3F000"):
        return ConfigurationError(f"{where}: {said}. Run `schedulerx db migrate`.")
    return None


def _said(error: Exception, profile: Profile) -> str:
    """What was said, on one line; the password, were it there, is struck out."""
    text = " ".join(str(error).split()).removeprefix("connection failed: ").removesuffix(".")
    text = text.partition(" Is the server running")[0]
    return text.replace(profile.password, "********") if profile.password else text
