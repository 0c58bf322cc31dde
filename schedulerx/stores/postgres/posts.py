"""Accounts and posts on PostgreSQL, as their author sees and changes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from schedulerx.posts.health import Health
from schedulerx.posts.ledger import Change
from schedulerx.posts.model import Account, Post, State, Target
from schedulerx.stores.postgres.connect import Connection, Database
from schedulerx.stores.postgres.post_health import health
from schedulerx.stores.postgres.post_moves import move
from schedulerx.stores.postgres.post_reads import Listed, listed
from schedulerx.stores.postgres.post_rows import ACCOUNT, account_of
from schedulerx.stores.postgres.post_writes import add_account, add_post, add_posts
from schedulerx.stores.postgres.values import clean, json_text

# States in which a post may still be changed: nothing of it has been sent anywhere.
UNSENT = (State.PENDING, State.CANCELLED, State.FAILED)
_PAGE = 1000  # posts
_RETRIED: LiteralString = """
UPDATE post_targets t SET retries = 0
WHERE post_id = %(post)s AND state IN ('failed', 'cancelled') AND NOT (
    coalesce(sending_at > %(since)s, false) AND EXISTS (
        SELECT FROM post_changes c WHERE c.target_id = t.target_id AND c.state = 'unknown'))
RETURNING target_id, state
"""


class PostgresPosts:
    """Accounts and posts; every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accounts(self) -> dict[str, Account]:
        """Every account, by its name."""
        query = sql.SQL("SELECT {} FROM accounts ORDER BY name").format(sql.SQL(ACCOUNT))
        with self._database.transaction() as connection:
            found = map(account_of, connection.execute(query))
            return {account.name: account for account in found}

    def save_account(self, account: Account) -> None:
        """Stores an account, or what is new of it."""
        with self._database.transaction() as connection:
            add_account(connection, account)

    def set_end(self, account_id: UUID, ends_at: datetime | None) -> None:
        """Keeps when an account's authorisation ends, as its platform told last."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE accounts SET expires_at = %(at)s"
                " WHERE account_id = %(account)s AND expires_at IS DISTINCT FROM %(at)s",
                {"at": ends_at, "account": account_id},
            )

    def pause(self, account_id: UUID, reason: str | None) -> None:
        """Lets nothing go out by an account, or lets it again (None)."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE accounts SET paused = %s, refusals = 0 WHERE account_id = %s",
                (clean(reason), account_id),
            )

    def add(self, post: Post, accounts: Iterable[UUID]) -> list[Target]:
        """Stores a post and its targets; one that is there already stays as it is."""
        with self._database.transaction() as connection:
            return add_post(connection, post, accounts)

    def add_all(self, posts: Sequence[tuple[Post, Sequence[UUID]]]) -> frozenset[UUID]:
        """As `schedulerx.posts.scheduling.Shelf.add_all`."""
        with self._database.transaction() as connection:
            return add_posts(connection, posts)

    def known(self, posts: Iterable[UUID]) -> frozenset[UUID]:
        """Those of the posts that are stored."""
        query = "SELECT post_id FROM scheduled_posts WHERE post_id = ANY(%s)"
        with self._database.transaction() as connection:
            return frozenset(row[0] for row in connection.execute(query, (list(posts),)))

    def find(self, start: str) -> list[UUID]:
        """The posts whose id begins like this, two at most."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT post_id FROM scheduled_posts WHERE starts_with(post_id::text, %s)"
                " ORDER BY post_id LIMIT 2",
                (start.lower(),),
            )
            return [row[0] for row in rows]

    def show(self, post_id: UUID) -> Listed | None:
        """One post."""
        with self._database.transaction() as connection:
            found = listed(connection, "WHERE p.post_id = %s", (post_id,))
            return found[0] if found else None

    def listed(
        self, state: State | None, limit: int, start: datetime | None = None
    ) -> list[Listed]:
        """Posts by the time they are due; of one state, from a time on."""
        where: LiteralString = (
            "WHERE (%s::text IS NULL OR p.state = %s)"
            " AND p.due_at >= coalesce(%s, '-infinity'::timestamptz)"
            " ORDER BY p.due_at, p.post_id LIMIT %s"
        )
        with self._database.transaction() as connection:
            return listed(connection, where, (state, state, start, limit))

    def every(self) -> Iterator[Listed]:
        """Every post by the time it is due, read a page at a time."""
        where: LiteralString = (
            "WHERE (p.due_at, p.post_id) > (%s, %s) ORDER BY p.due_at, p.post_id LIMIT %s"
        )
        after: tuple[datetime, UUID] = (datetime.min.replace(tzinfo=UTC), UUID(int=0))
        page: list[Listed] | None = None
        while page is None or len(page) == _PAGE:
            with self._database.transaction() as connection:
                page = listed(connection, where, (*after, _PAGE))
            yield from page
            if page:
                after = (page[-1].post.due_at, page[-1].post.post_id)

    def unfollowed(self, now: datetime) -> list[tuple[Post, list[UUID]]]:
        """As `schedulerx.posts.recurring.Series.unfollowed`."""
        where: LiteralString = (
            "WHERE p.recurrence IS NOT NULL AND p.due_at <= %s AND p.state <> 'cancelled'"
            " AND NOT EXISTS (SELECT FROM scheduled_posts n"
            " WHERE n.series_id = coalesce(p.series_id, p.post_id) AND n.due_at > p.due_at)"
            " ORDER BY p.due_at LIMIT 1000"
        )
        with self._database.transaction() as connection:
            found = listed(connection, where, (now,))
        return [(each.post, [target.account_id for _, target in each.targets]) for each in found]

    def health(self, since: datetime, now: datetime) -> Health:
        """How posts fared that were due from a time on."""
        with self._database.transaction() as connection:
            return health(connection, since, now)

    def change(self, post: Post) -> bool:
        """Stores a changed post, where nothing of it has been sent, and nobody else changed it
        since it was read: its targets wait for the new time. Tells whether it did.
        """
        with self._database.transaction() as connection:
            states = _states(connection, post.post_id)
            if not states or not set(states) <= set(UNSENT):
                return False
            stored = connection.execute(
                "UPDATE scheduled_posts SET content = %s::jsonb, overrides = %s::jsonb,"
                " media = %s::jsonb, due_at = %s, zone = %s, recurrence = %s,"
                " revision = revision + 1 WHERE post_id = %s AND revision = %s",
                (
                    json_text(post.content),
                    json_text(post.overrides),
                    json_text(post.media),
                    post.due_at,
                    post.zone,
                    post.recurrence,
                    post.post_id,
                    post.revision,
                ),
            )
            if stored.rowcount == 0:
                return False
            connection.execute(
                "UPDATE post_targets SET due_at = %s WHERE post_id = %s AND state = 'pending'",
                (post.due_at, post.post_id),
            )
            return True

    def cancel(self, post_id: UUID) -> list[State]:
        """Cancels the targets of which nothing was sent, whoever holds them; the states of all of
        them after it.
        """
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT target_id, state, claim FROM post_targets"
                " WHERE post_id = %s AND state IN ('pending', 'armed') FOR UPDATE",
                (post_id,),
            ).fetchall()
            for target_id, state, claim in rows:
                change = Change(source=State(state), to=State.CANCELLED, claim=claim)
                move(connection, target_id, change)
            return _states(connection, post_id)

    def retry(self, post_id: UUID, now: datetime, since: datetime) -> list[State]:
        """Lets failed and cancelled targets go out again, at the post's time, or now where that is
        past; the states of all after it. Those sent after `since` whose outcome was unknown
        meanwhile may still be on their way, and stay. It counts as an edit: executions of before
        have its earlier names.
        """
        with self._database.transaction() as connection:
            rows = connection.execute(_RETRIED, {"post": post_id, "since": since}).fetchall()
            due_at = _next_due(connection, post_id, now) if rows else now
            for target_id, state in rows:
                change = Change(source=State(state), to=State.PENDING, due_at=due_at, handle={})
                move(connection, target_id, change)
            return _states(connection, post_id)

    def resolve(self, target_id: UUID, change: Change) -> bool:
        """Settles a target of unknown outcome as a person says."""
        with self._database.transaction() as connection:
            return move(connection, target_id, change)


def _next_due(connection: Connection, post_id: UUID, now: datetime) -> datetime:
    """When a post goes out after all, of a new revision."""
    row = connection.execute(
        "UPDATE scheduled_posts SET revision = revision + 1 WHERE post_id = %s"
        " RETURNING greatest(due_at, %s)",
        (post_id, now),
    ).fetchone()
    assert row is not None
    found: datetime = row[0]
    return found


def _states(connection: Connection, post_id: UUID) -> list[State]:
    """The states of a post's targets, which nobody changes until the transaction ends."""
    rows = connection.execute(
        "SELECT state FROM post_targets WHERE post_id = %s ORDER BY target_id FOR UPDATE",
        (post_id,),
    )
    return [State(row[0]) for row in rows]
