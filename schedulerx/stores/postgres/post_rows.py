"""Rows of accounts, posts and targets as the structs of `schedulerx.posts.model`."""

from __future__ import annotations

from typing import Any, LiteralString, TypeVar

import msgspec

from schedulerx.posts.ledger import Work
from schedulerx.posts.model import Account, Post, Target
from schedulerx.stores.postgres.connect import Connection

ACCOUNT: LiteralString = (
    "account_id, platform, name, secret, server, options, paused, refusals, expires_at, rests_until"
)
POST: LiteralString = (
    "post_id, content, overrides, media, due_at, zone, recurrence, series_id, series_start, "
    "revision, created_at"
)
TARGET: LiteralString = (
    "target_id, post_id, account_id, state, due_at, attempt, claim, claimed_until, handle, "
    "answered, platform_id, url, error_code, error, retries, sending_at, posted_at, slot_at"
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


def _columns(alias: LiteralString, columns: LiteralString) -> LiteralString:
    return ", ".join(alias + "." + name for name in columns.split(", "))


_WORK: LiteralString = (
    "SELECT "  # noqa: S608  (names of columns, all of ours)
    + ", ".join((_columns("t", TARGET), _columns("p", POST), _columns("a", ACCOUNT)))
    + " FROM post_targets t JOIN scheduled_posts p USING (post_id)"
    " JOIN accounts a ON a.account_id = t.account_id WHERE t.target_id = %s"
)
_LOCKED: LiteralString = _WORK + " FOR UPDATE OF t"
_TO_TARGET, _TO_POST = len(TARGET.split(", ")), len((TARGET + ", " + POST).split(", "))


def work_of(connection: Connection, target_id: object, *, lock: bool = False) -> Work | None:
    """A target with its post and its account; locked, nobody changes it meanwhile."""
    row = connection.execute(_LOCKED if lock else _WORK, (target_id,)).fetchone()
    if row is None:
        return None
    return Work(
        target=target_of(row[:_TO_TARGET]),
        post=post_of(row[_TO_TARGET:_TO_POST]),
        account=account_of(row[_TO_POST:]),
    )
