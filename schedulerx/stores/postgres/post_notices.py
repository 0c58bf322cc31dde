"""Which events of posts were told, on PostgreSQL: the changes of the ledger are the events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString

from schedulerx.posts.model import State
from schedulerx.posts.notices import Event, Sent
from schedulerx.stores.postgres.connect import Connection, Database

_AT_ONCE = 1000  # events of one message
_LOOKED_FOR = timedelta(minutes=15)  # an unknown outcome is looked up by itself so long
_DEAD = timedelta(minutes=10)  # a teller that has not settled by then is dead

# The change by which a target came to stand where it stands. An unknown outcome is an event once
# it was looked up in vain.
_CLAIM: LiteralString = """
WITH entered AS (
    SELECT t.target_id, t.state, (
        SELECT max(c.change_id) FROM post_changes c
        WHERE c.target_id = t.target_id AND c.state = t.state AND c.source <> t.state) AS change_id
    FROM post_targets t
    WHERE t.state IN ('failed', 'unknown', 'posted') AND t.state = ANY(%(states)s)
        AND t.changed_at >= %(since)s
), ripe AS (
    SELECT e.change_id FROM entered e JOIN post_changes c USING (change_id)
    WHERE c.at >= %(since)s AND (e.state <> 'unknown' OR c.at <= %(looked_for)s OR EXISTS (
        SELECT FROM post_changes later WHERE later.target_id = e.target_id
            AND later.change_id > e.change_id))
)
INSERT INTO post_notices AS n (channel, change_id, state, at)
SELECT %(channel)s, r.change_id, 'sending', %(now)s FROM ripe r
WHERE NOT EXISTS (SELECT FROM post_notices k WHERE k.channel = %(channel)s
        AND k.change_id = r.change_id AND k.state <> 'waiting')
    AND NOT EXISTS (SELECT FROM post_notices k WHERE k.channel = %(channel)s
        AND k.state = 'waiting' AND k.at > %(now)s)
ORDER BY r.change_id LIMIT %(limit)s
ON CONFLICT (channel, change_id) DO UPDATE SET state = 'sending', at = excluded.at
    WHERE n.state = 'waiting'
RETURNING change_id
"""
_EVENTS: LiteralString = """
SELECT c.change_id, t.post_id, c.state, a.name, a.platform,
    coalesce(p.overrides -> a.platform ->> 'text', p.content ->> 'text', ''),
    coalesce(CASE WHEN c.state = 'posted' THEN t.url ELSE t.error END, '')
FROM post_changes c JOIN post_targets t USING (target_id)
JOIN scheduled_posts p USING (post_id) JOIN accounts a USING (account_id)
WHERE c.change_id = ANY(%s) ORDER BY c.change_id
"""
_COUNTS: LiteralString = """
SELECT count(*) FILTER (WHERE state = 'told'), count(*) FILTER (WHERE state = 'waiting'),
    count(*) FILTER (WHERE state = 'lost' OR (state = 'sending' AND at < %(dead)s))
FROM post_notices WHERE channel = %(channel)s AND at >= %(since)s
"""


class PostgresNotices:
    """Implements `schedulerx.posts.notices.NoticeLedger`; every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(
        self, channel: str, states: Sequence[State], since: datetime, now: datetime
    ) -> list[Event]:
        """As `NoticeLedger.claim`. Of two that ask at once, each event goes to one."""
        values = {
            "channel": channel, "states": list(states), "since": since, "now": now,
            "looked_for": now - _LOOKED_FOR, "limit": _AT_ONCE,
        }  # fmt: skip
        with self._database.transaction() as connection:
            claimed = [row[0] for row in connection.execute(_CLAIM, values)]
            return [_event(row) for row in connection.execute(_EVENTS, (claimed,))]

    def settle(self, channel: str, events: Sequence[Event], *, arrived: bool) -> None:
        """As `NoticeLedger.settle`."""
        with self._database.transaction() as connection:
            _set(connection, channel, events, "told" if arrived else "lost", None)

    def postpone(self, channel: str, events: Sequence[Event], until: datetime) -> None:
        """As `NoticeLedger.postpone`."""
        with self._database.transaction() as connection:
            _set(connection, channel, events, "waiting", until)

    def counts(self, channel: str, since: datetime, now: datetime) -> Sent:
        """As `NoticeLedger.counts`."""
        values = {"channel": channel, "since": since, "dead": now - _DEAD}
        with self._database.transaction() as connection:
            row = connection.execute(_COUNTS, values).fetchone()
        assert row is not None
        return Sent(told=row[0], waiting=row[1], lost=row[2])


def _set(
    connection: Connection, channel: str, events: Sequence[Event], state: str, at: datetime | None
) -> None:
    connection.execute(
        "UPDATE post_notices SET state = %s, at = coalesce(%s, at)"
        " WHERE channel = %s AND change_id = ANY(%s)",
        (state, at, channel, [event.change_id for event in events]),
    )


def _event(row: tuple[Any, ...]) -> Event:
    change_id, post_id, state, account, platform, text, why = row
    return Event(
        change_id=change_id,
        post_id=post_id,
        state=State(state),
        account=account,
        platform=platform,
        text=text,
        why=why,
    )
