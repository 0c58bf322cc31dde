"""Posts with their targets, as people look at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

import msgspec
from psycopg import sql

from schedulerx.posts.model import Post, State, Target
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.post_rows import POST, TARGET, post_of, target_of


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A post with its targets, each with the name of its account."""

    post: Post
    state: State
    targets: tuple[tuple[str, Target], ...]


def listed(connection: Connection, where: LiteralString, values: Sequence[Any]) -> list[Listed]:
    """The posts that a condition on `scheduled_posts p` selects."""
    query = sql.SQL("SELECT p.state, {post} FROM scheduled_posts p {where}").format(
        post=sql.SQL(POST), where=sql.SQL(where)
    )
    posts = [(State(row[0]), post_of(row[1:])) for row in connection.execute(query, values)]
    targets = _targets(connection, [post.post_id for _, post in posts])
    return [
        Listed(post=post, state=state, targets=tuple(targets.get(post.post_id, ())))
        for state, post in posts
    ]


def _targets(connection: Connection, posts: Sequence[UUID]) -> dict[UUID, list[tuple[str, Target]]]:
    columns = sql.SQL(", ").join(sql.Identifier("t", name) for name in TARGET.split(", "))
    query = sql.SQL(
        "SELECT a.name, {} FROM post_targets t JOIN accounts a USING (account_id)"
        " WHERE t.post_id = ANY(%s) ORDER BY a.name"
    ).format(columns)
    found: dict[UUID, list[tuple[str, Target]]] = {}
    for name, *row in connection.execute(query, (list(posts),)):
        target = target_of(tuple(row))
        found.setdefault(target.post_id, []).append((name, target))
    return found
