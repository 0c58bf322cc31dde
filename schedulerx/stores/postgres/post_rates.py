"""How fast an account may post: its platform's rates, and what the platform asked for.

A target that has to wait for a rate is given a slot: the moment at which the rate allows it after
all that were given theirs before. So a thousand that wait wake up once each, and in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from schedulerx.posts.ledger import Work
from schedulerx.posts.limits import Rate
from schedulerx.stores.postgres.connect import Connection

_BRIEF = timedelta(seconds=30)  # others prepare: whether they use up the rate shows soon
# When the window's last place falls free; `queued`: behind those that were given slots.
_PLACE: LiteralString = """
SELECT at FROM (
    SELECT started_at AS at FROM post_attempts
    WHERE account_id = %(account)s AND started_at > %(since)s
    UNION ALL
    SELECT slot_at FROM post_targets
    WHERE account_id = %(account)s AND slot_at > %(since)s AND state = 'pending' AND %(queued)s
) places ORDER BY at DESC OFFSET %(before)s LIMIT 1
"""
_ON_THEIR_WAY: LiteralString = """
SELECT (SELECT count(*) FROM post_attempts WHERE account_id = %(account)s
    AND started_at > %(since)s)
    + (SELECT count(*) FROM post_targets WHERE account_id = %(account)s AND state = 'armed')
"""
_SLOT: LiteralString = """
UPDATE post_targets SET due_at = %(at)s, slot_at = coalesce(%(slot)s, slot_at)
WHERE target_id = %(target)s AND state = 'pending'
"""


def lock_account(connection: Connection, account_id: UUID) -> None:
    """Until the transaction ends, no other target of the account begins to be sent."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"send {account_id}",))


def send_not_before(
    connection: Connection, work: Work, rates: Sequence[Rate], now: datetime
) -> datetime | None:
    """When the account may send the armed target, where it may not now."""
    return _resting(work, now) or _free_at(connection, work, rates, now, queued=False)


def postponed(
    connection: Connection, work: Work, rates: Sequence[Rate], now: datetime
) -> datetime | None:
    """Lets a pending target wait, where its account may not post now; till when."""
    later, slot = _later(connection, work, rates, now)
    if later is not None:
        values = {"at": later, "slot": slot, "target": work.target.target_id}
        connection.execute(_SLOT, values)
    return later


def _later(
    connection: Connection, work: Work, rates: Sequence[Rate], now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Till when it waits, and the slot that is kept for it then."""
    resting = _resting(work, now)
    if resting is not None or not rates:
        return resting, None
    slot = work.target.slot_at
    has_turn = slot is not None and slot <= now
    free = _free_at(connection, work, rates, now, queued=not has_turn)
    if free is not None:
        return free, None if has_turn else free
    return _crowded(connection, work, rates, now), None


def _resting(work: Work, now: datetime) -> datetime | None:
    until = work.account.rests_until
    return until if until is not None and until > now else None


def _free_at(
    connection: Connection, work: Work, rates: Sequence[Rate], now: datetime, *, queued: bool
) -> datetime | None:
    """When the strictest rate allows one more; None: now."""
    waits = []
    for rate in rates:
        window = timedelta(seconds=rate.seconds)
        values = {
            "account": work.account.account_id, "since": now - window, "queued": queued,
            "before": rate.count - 1,
        }  # fmt: skip
        row = connection.execute(_PLACE, values).fetchone()
        if row is not None:
            waits.append(row[0] + window)
    return max(waits, default=None)


def _crowded(
    connection: Connection, work: Work, rates: Sequence[Rate], now: datetime
) -> datetime | None:
    """A little later, where those that are being prepared may use up a rate: what they upload is
    of use, what more would upload is not.
    """
    for rate in rates:
        window = timedelta(seconds=rate.seconds)
        values = {"account": work.account.account_id, "since": now - window}
        row = connection.execute(_ON_THEIR_WAY, values).fetchone()
        assert row is not None
        if row[0] >= rate.count:
            return now + min(window, _BRIEF)
    return None
