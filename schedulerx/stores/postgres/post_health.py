"""The health of posting, counted by the database."""

from __future__ import annotations

from datetime import datetime
from typing import LiteralString

from schedulerx.posts.health import LATE, AccountHealth, Health
from schedulerx.stores.postgres.connect import Connection

_COUNTS: LiteralString = """
SELECT a.name, a.platform,
    count(*) FILTER (WHERE t.state = 'posted'),
    count(*) FILTER (WHERE t.state = 'failed'),
    count(*) FILTER (WHERE t.state = 'unknown'),
    count(*) FILTER (WHERE t.state IN ('pending', 'armed', 'sending')),
    count(*) FILTER (WHERE t.state IN ('pending', 'armed', 'sending') AND p.due_at < %(late)s),
    coalesce(sum(t.retries), 0),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.posted_at - p.due_at)),
    percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM t.posted_at - p.due_at)),
    a.paused, a.expires_at
FROM accounts a
    LEFT JOIN (post_targets t JOIN scheduled_posts p USING (post_id))
        ON t.account_id = a.account_id AND p.due_at >= %(since)s
GROUP BY a.account_id ORDER BY a.platform, a.name
"""


def health(connection: Connection, since: datetime, now: datetime) -> Health:
    """Posts that were due from `since` on."""
    rows = connection.execute(_COUNTS, {"late": now - LATE, "since": since})
    return Health(
        at=now,
        since=since,
        accounts=tuple(
            AccountHealth(
                account=row[0],
                platform=row[1],
                posted=row[2],
                failed=row[3],
                unknown=row[4],
                waiting=row[5],
                overdue=row[6],
                retries=row[7],
                lateness_p50_s=row[8],
                lateness_p99_s=row[9],
                paused=row[10],
                expires_at=row[11],
            )
            for row in rows
        ),
    )
