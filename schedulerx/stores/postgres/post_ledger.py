"""The ledger on PostgreSQL: every change of a target is one conditional UPDATE, made here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from schedulerx.posts.ledger import Change, ClaimLost, Expired, Sending, Work
from schedulerx.posts.limits import Rate
from schedulerx.posts.model import Handle, State
from schedulerx.stores.postgres.connect import Connection, Database
from schedulerx.stores.postgres.post_rows import work_of
from schedulerx.stores.postgres.values import clean, json_text

_MAX_RETRIES = 8  # of targets whose executions die: after that a person looks

_MOVE: LiteralString = """
UPDATE post_targets SET
    state = %(to)s,
    claim = CASE WHEN %(to)s IN ('armed', 'sending') THEN %(claim)s END,
    claimed_until = CASE WHEN %(to)s IN ('armed', 'sending')
        THEN %(claimed_until)s::timestamptz END,
    due_at = coalesce(%(due_at)s, due_at),
    answered = %(to)s = 'sending' AND coalesce(%(answered)s, answered),
    handle = coalesce(%(handle)s::jsonb, handle),
    platform_id = coalesce(%(platform_id)s, platform_id),
    url = coalesce(%(url)s, url),
    error_code = CASE WHEN %(to)s <> 'posted' THEN coalesce(%(error_code)s, error_code) END,
    error = CASE WHEN %(to)s <> 'posted' THEN coalesce(%(error)s, error) END,
    retries = retries + %(retried)s::integer,
    posted_at = coalesce(%(posted_at)s, posted_at),
    changed_at = clock_timestamp()
WHERE target_id = %(target_id)s AND state = %(source)s
    AND (claim IS NULL OR claim = %(claim)s)
RETURNING post_id
"""
# The least settled state of a post's targets is the post's.
_ROLL_UP: LiteralString = """
UPDATE scheduled_posts p SET state = coalesce(
    (SELECT t.state FROM post_targets t WHERE t.post_id = p.post_id ORDER BY array_position(
        ARRAY['unknown', 'sending', 'armed', 'pending', 'failed', 'posted', 'cancelled'], t.state)
    LIMIT 1), p.state)
WHERE p.post_id = %s
"""
# The accounts in turn: of each its first, then of each its second.
_DUE: LiteralString = """
SELECT target_id FROM (
    SELECT t.target_id, t.due_at,
        row_number() OVER (PARTITION BY t.account_id ORDER BY t.due_at, t.target_id) AS turn
    FROM post_targets t JOIN accounts a USING (account_id)
    WHERE (t.state = 'pending' AND t.due_at <= %(now)s AND a.paused IS NULL)
        OR (t.state = 'sending' AND t.answered AND t.claimed_until < %(now)s)) waiting
ORDER BY turn, due_at, target_id LIMIT %(limit)s
"""


def move(connection: Connection, target_id: UUID, change: Change) -> bool:
    """Makes the change where the target stands as it says; tells whether it did."""
    values = {
        "target_id": target_id,
        "source": change.source,
        "to": change.to,
        "claim": change.claim,
        "claimed_until": change.claimed_until,
        "due_at": change.due_at,
        "answered": change.answered,
        "handle": None if change.handle is None else json_text(change.handle),
        "platform_id": clean(change.platform_id),
        "url": clean(change.url),
        "error_code": clean(change.error_code),
        "error": clean(change.error),
        "retried": change.retried,
        "posted_at": change.posted_at,
    }
    moved = connection.execute(_MOVE, values).fetchone()
    if moved is None:
        return False
    _note(connection, target_id, change)
    roll_up(connection, moved[0])
    return True


def roll_up(connection: Connection, post_id: UUID) -> None:
    """Gives a post the least settled state of its targets."""
    connection.execute(_ROLL_UP, (post_id,))


def _note(connection: Connection, target_id: UUID, change: Change) -> None:
    connection.execute(
        "INSERT INTO post_changes (target_id, source, state, claim, note)"
        " VALUES (%s, %s, %s, %s, %s)",
        (target_id, change.source, change.to, change.claim, clean(change.error)),
    )
    if change.source is State.SENDING or change.source is State.UNKNOWN:
        connection.execute(
            "UPDATE post_attempts a SET outcome = %s, error_code = %s, error = %s,"
            " ended_at = clock_timestamp() FROM post_targets t"
            " WHERE t.target_id = %s AND a.target_id = t.target_id AND a.attempt = t.attempt",
            (change.to, clean(change.error_code), clean(change.error), target_id),
        )


class PostgresLedger:
    """Implements `schedulerx.posts.ledger.Ledger`; every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def work(self, target_id: UUID) -> Work | None:
        """As `Ledger.work`."""
        with self._database.transaction() as connection:
            return work_of(connection, target_id)

    def due(self, now: datetime, limit: int) -> Sequence[UUID]:
        """As `Ledger.due`."""
        with self._database.transaction() as connection:
            return [row[0] for row in connection.execute(_DUE, {"now": now, "limit": limit})]

    def move(self, target_id: UUID, change: Change) -> bool:
        """As `Ledger.move`."""
        with self._database.transaction() as connection:
            return move(connection, target_id, change)

    def begin_sending(self, target_id: UUID, sending: Sending) -> datetime | None:
        """As `Ledger.begin_sending`."""
        with self._database.transaction() as connection:
            account_id = _held_account(connection, target_id, sending.claim)
            later = _next_allowed(connection, account_id, sending.rates, sending.at)
            if later is not None:
                return later
            change = Change(
                source=State.ARMED, to=State.SENDING, claim=sending.claim,
                claimed_until=sending.claimed_until, answered=False,
            )  # fmt: skip
            if not move(connection, target_id, change):
                raise ClaimLost(str(target_id))
            connection.execute(
                "WITH counted AS (UPDATE post_targets SET attempt = attempt + 1, sending_at = %s"
                " WHERE target_id = %s RETURNING attempt)"
                " INSERT INTO post_attempts"
                " (target_id, attempt, account_id, claim, request_digest, started_at)"
                " SELECT %s, attempt, %s, %s, %s, %s FROM counted",
                (
                    sending.at,
                    target_id,
                    target_id,
                    account_id,
                    sending.claim,
                    sending.digest,
                    sending.at,
                ),
            )
            return None

    def keep(
        self, target_id: UUID, claim: str, handle: Handle, until: datetime, *, answered: bool
    ) -> None:
        """As `Ledger.keep`."""
        with self._database.transaction() as connection:
            kept = connection.execute(
                "UPDATE post_targets SET handle = %s::jsonb, claimed_until = %s,"
                " answered = state = 'sending' AND %s WHERE target_id = %s AND claim = %s",
                (json_text(handle), until, answered, target_id, claim),
            )
            if kept.rowcount == 0:
                raise ClaimLost(str(target_id))

    def leave(self, target_id: UUID, claim: str, at: datetime) -> None:
        """As `Ledger.leave`."""
        with self._database.transaction() as connection:
            change = Change(source=State.ARMED, to=State.PENDING, claim=claim, due_at=at)
            if not move(connection, target_id, change):
                connection.execute(
                    "UPDATE post_targets SET claimed_until = %s"
                    " WHERE target_id = %s AND claim = %s AND answered",
                    (at, target_id, claim),
                )

    def take_over(self, target_id: UUID, held_by: str, claim: str, until: datetime) -> bool:
        """As `Ledger.take_over`."""
        with self._database.transaction() as connection:
            taken = connection.execute(
                "UPDATE post_targets SET claim = %s, claimed_until = %s"
                " WHERE target_id = %s AND claim = %s AND state = 'sending' AND answered",
                (claim, until, target_id, held_by),
            )
            return taken.rowcount == 1

    def expire(self, now: datetime) -> Expired:
        """As `Ledger.expire`."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT target_id, state, claim, retries FROM post_targets"
                " WHERE claim IS NOT NULL AND claimed_until < %s AND NOT answered"
                " FOR UPDATE SKIP LOCKED",
                (now,),
            ).fetchall()
            moved: dict[State, list[UUID]] = {State.PENDING: [], State.UNKNOWN: []}
            for target_id, state, claim, retries in rows:
                change = _freed(State(state), claim, retries, now)
                if move(connection, target_id, change):
                    moved.setdefault(change.to, []).append(target_id)
            return Expired(pending=tuple(moved[State.PENDING]), unknown=tuple(moved[State.UNKNOWN]))

    def unknown(self, limit: int) -> Sequence[UUID]:
        """As `Ledger.unknown`."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT target_id FROM post_targets WHERE state = 'unknown'"
                " ORDER BY changed_at, target_id LIMIT %s",
                (limit,),
            )
            return [row[0] for row in rows]

    def refused(self, account_id: UUID, *, reason: str, pause: bool) -> None:
        """As `Ledger.refused`."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE accounts SET refusals = refusals + 1,"
                " paused = CASE WHEN %s THEN coalesce(paused, %s) ELSE paused END"
                " WHERE account_id = %s",
                (pause, clean(reason), account_id),
            )

    def accepted(self, account_id: UUID) -> None:
        """As `Ledger.accepted`."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE accounts SET refusals = 0 WHERE account_id = %s AND refusals > 0",
                (account_id,),
            )


def _held_account(connection: Connection, target_id: UUID, claim: str) -> UUID:
    """The account of a target that is armed by this claim, locked against other senders."""
    row = connection.execute(
        "SELECT account_id FROM post_targets WHERE target_id = %s AND claim = %s"
        " AND state = 'armed' FOR UPDATE",
        (target_id, claim),
    ).fetchone()
    if row is None:
        raise ClaimLost(str(target_id))
    account_id: UUID = row[0]
    connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"send {account_id}",))
    return account_id


def _next_allowed(
    connection: Connection, account_id: UUID, rates: tuple[Rate, ...], now: datetime
) -> datetime | None:
    """When the strictest rate allows one more; None: now."""
    waits = []
    for rate in rates:
        window = timedelta(seconds=rate.seconds)
        row = connection.execute(
            "SELECT started_at FROM post_attempts WHERE account_id = %s AND started_at > %s"
            " ORDER BY started_at DESC OFFSET %s LIMIT 1",
            (account_id, now - window, rate.count - 1),
        ).fetchone()
        if row is not None:
            waits.append(row[0] + window)
    return max(waits, default=None)


def _freed(state: State, claim: str, retries: int, now: datetime) -> Change:
    if state is State.SENDING:
        return Change(
            source=state, to=State.UNKNOWN, claim=claim, error="its execution ended while sending"
        )
    if retries >= _MAX_RETRIES:
        return Change(
            source=state, to=State.FAILED, claim=claim, error="its executions ended again and again"
        )
    return Change(source=state, to=State.PENDING, claim=claim, due_at=now, retried=True)
