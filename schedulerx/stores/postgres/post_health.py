"""The health of posting, counted by the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any, LiteralString

from schedulerx.posts.health import LATE, AccountHealth, Health, PlatformHealth
from schedulerx.stores.postgres.connect import Connection

# By account, then by platform. What is not settled counts however long ago it was due.
_COUNTS: LiteralString = """
SELECT grouping(a.account_id) = 0, a.name, a.platform, a.paused, a.expires_at,
    count(*) FILTER (WHERE t.state = 'posted'),
    count(*) FILTER (WHERE t.state = 'failed'),
    count(*) FILTER (WHERE t.state = 'unknown'),
    count(*) FILTER (WHERE t.state IN ('pending', 'armed', 'sending')),
    count(*) FILTER (WHERE t.state IN ('pending', 'armed', 'sending') AND p.due_at < %(late)s),
    coalesce(sum(t.retries), 0),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.posted_at - p.due_at)),
    percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM t.posted_at - p.due_at))
FROM accounts a
    LEFT JOIN (post_targets t JOIN scheduled_posts p USING (post_id))
        ON t.account_id = a.account_id
        AND (p.due_at >= %(since)s OR t.state NOT IN ('posted', 'failed', 'cancelled'))
GROUP BY GROUPING SETS ((a.account_id, a.name, a.platform, a.paused, a.expires_at), (a.platform))
ORDER BY a.platform, a.name
"""


def health(connection: Connection, since: datetime, now: datetime) -> Health:
    """Posts that were due from `since` on, and what is not settled of earlier ones."""
    rows = connection.execute(_COUNTS, {"late": now - LATE, "since": since}).fetchall()
    return Health(
        at=now,
        since=since,
        accounts=tuple(_account(row) for row in rows if row[0]),
        platforms=tuple(
            PlatformHealth(platform=row[2], **_figures(row)) for row in rows if not row[0]
        ),
    )


def _account(row: tuple[Any, ...]) -> AccountHealth:
    _, name, platform, paused, expires_at, *_ = row
    return AccountHealth(
        account=name, platform=platform, paused=paused, expires_at=expires_at, **_figures(row)
    )


def _figures(row: tuple[Any, ...]) -> dict[str, Any]:
    """What is known of an account, and of a platform, alike."""
    posted, failed, unknown, waiting, overdue, retries, p50, p99 = row[5:]
    ended = posted + failed + unknown
    return {
        "posted": posted,
        "failed": failed,
        "unknown": unknown,
        "waiting": waiting,
        "overdue": overdue,
        "retries": retries,
        "success": posted / ended if ended else None,
        "errors": failed / ended if ended else None,
        "lateness_p50_s": None if p50 is None else float(p50),
        "lateness_p99_s": None if p99 is None else float(p99),
    }
