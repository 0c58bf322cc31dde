"""Targets that executions are started for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

from schedulerx.posts.starting import Start
from schedulerx.stores.postgres.connect import Connection, Database

_START: LiteralString = """
SELECT t.target_id, t.post_id, p.revision, t.attempt,
    (SELECT count(*) FROM post_changes c WHERE c.target_id = t.target_id)
FROM post_targets t JOIN scheduled_posts p USING (post_id)
"""


class PostgresStarts:
    """Reads what is to be started; every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_post(self, post_id: UUID) -> list[Start]:
        """The targets of a post that wait."""
        with self._database.transaction() as connection:
            return _starts(connection, "WHERE t.post_id = %s AND t.state = 'pending'", post_id)

    def of_targets(self, targets: Sequence[UUID]) -> list[Start]:
        """These targets, in no order."""
        with self._database.transaction() as connection:
            return _starts(connection, "WHERE t.target_id = ANY(%s)", list(targets))


def _starts(connection: Connection, where: LiteralString, value: object) -> list[Start]:
    rows = connection.execute(_START + where, (value,))
    return [
        Start(target_id=row[0], post_id=row[1], revision=row[2], attempt=row[3], changes=row[4])
        for row in rows
    ]
