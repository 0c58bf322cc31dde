"""New accounts and posts, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import LiteralString
from uuid import UUID, uuid5

from schedulerx.posts.model import Account, Post, Target
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.post_moves import roll_up
from schedulerx.stores.postgres.values import clean, json_text

_AT_ONCE = 1000  # posts of one statement
_ADD_POSTS: LiteralString = """
INSERT INTO scheduled_posts (post_id, content, overrides, media, due_at, zone, recurrence,
    series_id, series_start, revision, created_at)
SELECT post_id, content, coalesce(overrides, '{}'), coalesce(media, '[]'), due_at,
    coalesce(zone, 'UTC'), recurrence, series_id, series_start, coalesce(revision, 1), created_at
FROM jsonb_to_recordset(%s::jsonb) AS written (post_id uuid, content jsonb, overrides jsonb,
    media jsonb, due_at timestamptz, zone text, recurrence text, series_id uuid,
    series_start timestamptz, revision integer, created_at timestamptz)
ON CONFLICT (post_id) DO NOTHING RETURNING post_id
"""


def target_id(post_id: UUID, account_id: UUID) -> UUID:
    """The id of a post's target on an account: known before it is stored."""
    return uuid5(post_id, str(account_id))


def add_account(connection: Connection, account: Account) -> None:
    """Stores an account, or what is new of a known one; whether it is paused stays."""
    connection.execute(
        "INSERT INTO accounts (account_id, platform, name, secret, server, options, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s)"
        " ON CONFLICT (account_id) DO UPDATE SET platform = excluded.platform,"
        " name = excluded.name, secret = excluded.secret, server = excluded.server,"
        " options = excluded.options, expires_at = excluded.expires_at",
        (
            account.account_id,
            account.platform,
            clean(account.name),
            account.secret,
            account.server,
            json_text(account.options),
            account.expires_at,
        ),
    )


def add_post(connection: Connection, post: Post, accounts: Iterable[UUID]) -> list[Target]:
    """Stores a post and its targets; one that is there already stays as it is."""
    named = list(accounts)
    add_posts(connection, [(post, named)])
    return [_target(post, account_id) for account_id in named]


def add_posts(
    connection: Connection, posts: Sequence[tuple[Post, Sequence[UUID]]]
) -> frozenset[UUID]:
    """Stores posts and their targets; those there already stay as they are. The new ones' ids."""
    new: set[UUID] = set()
    for start in range(0, len(posts), _AT_ONCE):
        batch = posts[start : start + _AT_ONCE]
        written = json_text([post for post, _ in batch])
        new.update(row[0] for row in connection.execute(_ADD_POSTS, (written,)))
        _add_targets(connection, [_target(post, each) for post, named in batch for each in named])
    for post, _ in posts:
        if post.post_id not in new:  # it may have more accounts now
            roll_up(connection, post.post_id)
    return frozenset(new)


def _target(post: Post, account_id: UUID) -> Target:
    return Target(
        target_id=target_id(post.post_id, account_id),
        post_id=post.post_id,
        account_id=account_id,
        due_at=post.due_at,
    )


def _add_targets(connection: Connection, targets: Sequence[Target]) -> None:
    connection.execute(
        "INSERT INTO post_targets (target_id, post_id, account_id, due_at)"
        " SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[])"
        " ON CONFLICT DO NOTHING",
        (
            [each.target_id for each in targets],
            [each.post_id for each in targets],
            [each.account_id for each in targets],
            [each.due_at for each in targets],
        ),
    )
