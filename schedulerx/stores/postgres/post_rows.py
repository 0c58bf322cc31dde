"""Rows of accounts, posts and targets as the structs of `schedulerx.posts.model`."""

from __future__ import annotations

from typing import Any, LiteralString, TypeVar

import msgspec
from psycopg import sql

from schedulerx.posts.ledger import Work
from schedulerx.posts.model import Account, Post, Target
from schedulerx.stores.postgres.connect import Connection

ACCOUNT: LiteralString = (
    "account_id, platform, name, secret, server, options, paused, refusals, expires_at"
)
POST: LiteralString = (
    "post_id, content, overrides, media, due_at, zone, recurrence, series_id, series_start, "
    "revision, created_at"
)
TARGET: LiteralString = (
    "target_id, post_id, account_id, state, due_at, attempt, claim, claimed_until, handle, "
    "answered, platform_id, url, error_code, error, retries, sending_at, posted_at"
)
Row = tuple[Any, ...]
_Struct = TypeVar("_Struct")


def account_of(row: Row) -> Account:
    """An account from the columns of ACCOUNT."""
    return _struct(ACCOUNT, row, Account)


def post_of(row: Row) -> Post:
    """A post from the columns of POST."""
    return _struct(POST, row, Post)


def target_of(row: Row) -> Target:
    """A target from the columns of TARGET."""
    return _struct(TARGET, row, Target)


def _struct(columns: str, row: Row, kind: type[_Struct]) -> _Struct:
    values = dict(zip(columns.split(", "), row, strict=True))
    return msgspec.convert(values, kind)


def work_of(connection: Connection, target_id: object) -> Work | None:
    """A target with its post and its account."""
    target = _row(connection, TARGET, "post_targets", "target_id", target_id)
    if target is None:
        return None
    found = target_of(target)
    post = _row(connection, POST, "scheduled_posts", "post_id", found.post_id)
    account = _row(connection, ACCOUNT, "accounts", "account_id", found.account_id)
    assert post is not None
    assert account is not None  # both by foreign keys
    return Work(target=found, post=post_of(post), account=account_of(account))


def _row(
    connection: Connection, columns: LiteralString, table: str, key: str, value: object
) -> Row | None:
    query = sql.SQL("SELECT {columns} FROM {table} WHERE {key} = {value}").format(
        columns=sql.SQL(columns),
        table=sql.Identifier(table),
        key=sql.Identifier(key),
        value=sql.Placeholder(),
    )
    return connection.execute(query, (value,)).fetchone()
