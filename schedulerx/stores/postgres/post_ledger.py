"""The ledger on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from schedulerx.posts.ledger import (
    IDLE,
    Busy,
    Change,
    ClaimLost,
    Due,
    Expired,
    Sending,
    Taken,
    Taking,
    Work,
)
from schedulerx.posts.model import Handle, State, Target
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.patience import Patience, patient
from schedulerx.stores.postgres.post_moves import move
from schedulerx.stores.postgres.post_rates import lock_account, postponed, send_not_before
from schedulerx.stores.postgres.post_rows import work_of
from schedulerx.stores.postgres.values import clean, json_text

_MAX_RETRIES = 8  # of targets whose executions die: after that a person looks

_BEGUN: LiteralString = """
WITH counted AS (
    UPDATE post_targets SET attempt = attempt + 1, sending_at = %(at)s
    WHERE target_id = %(target)s RETURNING attempt, account_id)
INSERT INTO post_attempts (target_id, attempt, account_id, claim, request_digest, started_at)
SELECT %(target)s, attempt, account_id, %(claim)s, %(digest)s, %(at)s FROM counted
"""
# The accounts in turn: of each its first, then of each its second; what was given a slot first.
_DUE: LiteralString = """
SELECT target_id, account_id FROM (
    SELECT t.target_id, t.account_id, t.due_at,
        row_number() OVER (PARTITION BY t.account_id
            ORDER BY t.slot_at NULLS LAST, t.due_at, t.target_id) AS turn
    FROM post_targets t JOIN accounts a USING (account_id)
    WHERE ((t.state = 'pending' AND t.due_at <= %(now)s AND a.paused IS NULL
            AND coalesce(a.rests_until <= %(now)s, true)
            AND (t.slot_at IS NOT NULL OR NOT t.account_id = ANY(%(accounts)s)))
        OR (t.state = 'sending' AND t.answered AND t.claimed_until < %(now)s))
        AND NOT t.target_id = ANY(%(targets)s)) waiting
ORDER BY turn, due_at, target_id LIMIT %(limit)s
"""


class PostgresLedger:
    """Implements `schedulerx.posts.ledger.Ledger`; every call is one transaction, and is made again
    where the database was away: none does more the second time.
    """

    def __init__(self, database: Database, patience: Patience | None = None) -> None:
        self._database = database
        self.patience = patience or Patience()

    @patient
    def work(self, target_id: UUID) -> Work | None:
        """As `Ledger.work`."""
        with self._database.transaction() as connection:
            return work_of(connection, target_id)

    @patient
    def due(self, now: datetime, limit: int, but: Busy = IDLE) -> Sequence[Due]:
        """As `Ledger.due`."""
        values = {
            "now": now, "limit": limit, "targets": list(but.targets),
            "accounts": list(but.accounts),
        }  # fmt: skip
        with self._database.transaction() as connection:
            rows = connection.execute(_DUE, values)
            return [Due(target_id=row[0], account_id=row[1]) for row in rows]

    @patient
    def move(self, target_id: UUID, change: Change) -> bool:
        """As `Ledger.move`."""
        with self._database.transaction() as connection:
            return move(connection, target_id, change)

    @patient
    def take(self, target_id: UUID, taking: Taking) -> Taken | None:
        """As `Ledger.take`."""
        with self._database.transaction() as connection:
            work = work_of(connection, target_id, lock=True)
            if work is None:
                return None
            if not _is_due(work, taking.at):
                return Taken(work=work)
            rates = taking.rates.get(work.account.platform, ())
            later = postponed(connection, work, rates, taking.at)
            if later is None:
                change = Change(
                    source=State.PENDING, to=State.ARMED, claim=taking.claim,
                    claimed_until=taking.until,
                )  # fmt: skip
                move(connection, target_id, change)
            return Taken(work=work_of(connection, target_id) or work, later=later)

    def begin_sending(self, target_id: UUID, sending: Sending) -> datetime | None:
        """As `Ledger.begin_sending`."""
        return self.patience.tries(lambda before: self._begin(target_id, sending, before > 0))

    def _begin(self, target_id: UUID, sending: Sending, is_again: bool) -> datetime | None:  # noqa: FBT001
        """`is_again`: the mark may have been made by the call before, of which no answer came."""
        with self._database.transaction() as connection:
            work = work_of(connection, target_id, lock=True)
            if work is None or work.target.claim != sending.claim:
                raise ClaimLost(str(target_id))
            if is_again and _is_marked(work.target, sending):
                return None
            lock_account(connection, work.account.account_id)
            later = send_not_before(connection, work, sending.rates, sending.at)
            if later is not None:
                return later
            change = Change(
                source=State.ARMED, to=State.SENDING, claim=sending.claim,
                claimed_until=sending.claimed_until, answered=False,
            )  # fmt: skip
            if not move(connection, target_id, change):
                raise ClaimLost(str(target_id))
            values = msgspec.structs.asdict(sending) | {"target": target_id}
            connection.execute(_BEGUN, values)
            return None

    @patient
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

    @patient
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

    @patient
    def take_over(self, target_id: UUID, held_by: str, claim: str, until: datetime) -> bool:
        """As `Ledger.take_over`."""
        with self._database.transaction() as connection:
            taken = connection.execute(
                "UPDATE post_targets SET claim = %s, claimed_until = %s"
                " WHERE target_id = %s AND claim = %s AND state = 'sending' AND answered",
                (claim, until, target_id, held_by),
            )
            return taken.rowcount == 1

    @patient
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

    @patient
    def unknown(self, limit: int, due_by: datetime | None = None) -> Sequence[Due]:
        """As `Ledger.unknown`."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT target_id, account_id FROM post_targets WHERE state = 'unknown'"
                " AND due_at <= coalesce(%s, 'infinity'::timestamptz)"
                " ORDER BY due_at, target_id LIMIT %s",
                (due_by, limit),
            )
            return [Due(target_id=row[0], account_id=row[1]) for row in rows]

    @patient
    def refused(self, account_id: UUID, *, reason: str, pause: bool) -> None:
        """As `Ledger.refused`."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE accounts SET refusals = refusals + 1,"
                " paused = CASE WHEN %s THEN coalesce(paused, %s) ELSE paused END"
                " WHERE account_id = %s",
                (pause, clean(reason), account_id),
            )

    @patient
    def rest(self, account_id: UUID, until: datetime) -> None:
        """As `Ledger.rest`."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE accounts SET rests_until = greatest(rests_until, %s) WHERE account_id = %s",
                (until, account_id),
            )


def _is_marked(target: Target, sending: Sending) -> bool:
    """Whether this very mark was made."""
    return target.state is State.SENDING and target.sending_at == sending.at


def _is_due(work: Work, now: datetime) -> bool:
    target = work.target
    return target.state is State.PENDING and target.due_at <= now and work.account.paused is None


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
