"""New accounts and posts, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid5

from schedulerx.posts.model import Account, Post, Target
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.post_moves import roll_up
from schedulerx.stores.postgres.values import clean, json_text


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
    connection.execute(
        "INSERT INTO scheduled_posts (post_id, content, overrides, media, due_at, zone,"
        " recurrence, series_id, series_start, revision, created_at)"
        " VALUES (%s, %s::jsonb, %s::jsonb, %s::jsonb, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (post_id) DO NOTHING",
        (
            post.post_id,
            json_text(post.content),
            json_text(post.overrides),
            json_text(post.media),
            post.due_at,
            post.zone,
            post.recurrence,
            post.series_id,
            post.series_start,
            post.revision,
            post.created_at,
        ),
    )
    targets = [_add_target(connection, post, account_id) for account_id in accounts]
    roll_up(connection, post.post_id)
    return targets


def _add_target(connection: Connection, post: Post, account_id: UUID) -> Target:
    target = Target(
        target_id=target_id(post.post_id, account_id),
        post_id=post.post_id,
        account_id=account_id,
        due_at=post.due_at,
    )
    connection.execute(
        "INSERT INTO post_targets (target_id, post_id, account_id, due_at)"
        " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (target.target_id, target.post_id, target.account_id, target.due_at),
    )
    return target
