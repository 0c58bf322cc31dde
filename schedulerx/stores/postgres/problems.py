"""The files that did not end as done, as the last run that tried them left them."""

from __future__ import annotations

from schedulerx.model.run import Problem
from schedulerx.stores.postgres.connect import Connection

_PROBLEMS = """
SELECT path, status, reason_code, coalesce(reason, '') FROM objects
WHERE status IN ('failed', 'quarantined')
ORDER BY path, object_id
LIMIT %(limit)s
"""


def problems(connection: Connection, limit: int) -> list[Problem]:
    """Up to `limit` of them, by path."""
    rows = connection.execute(_PROBLEMS, {"limit": limit}).fetchall()
    return [
        Problem(path=path, status=status, reason_code=code, reason=reason)
        for path, status, code, reason in rows
    ]
