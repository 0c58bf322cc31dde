"""A database that fails at one transaction: its connection is cut, or its disk is full."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import psycopg

from schedulerx.errors import SchedulerXError
from schedulerx.stores.postgres.connect import Connection, Database, translate
from schedulerx.stores.postgres.profiles import Profile


class Failure(StrEnum):
    """How a transaction ends."""

    CUT = "cut before the commit"
    COMMITTED = "cut after the commit, before its answer"
    FULL = "the disk is full at the commit"


class FailingDatabase(Database):
    """Fails at its `at`-th transaction, and at so many after it."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.failure: Failure | None = None
        self.at, self.times, self.begun = 0, 1, 0

    def doom(self, failure: Failure, at: int, times: int) -> None:
        """Lets transactions fail, counted from now on."""
        self.failure, self.at, self.times, self.begun = failure, at, times, 0

    def heal(self) -> None:
        self.failure = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        self.begun += 1
        fails = self.failure and self.at <= self.begun < self.at + self.times
        with super().transaction() as connection:
            yield connection
            if fails and self.failure is Failure.CUT:
                connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            if fails and self.failure is Failure.FULL:
                connection.execute(
                    "DO $$ BEGIN RAISE 'could not extend file: No space left on device'"
                    " USING ERRCODE = 'disk_full'; END $$"
                )
        if fails and self.failure is Failure.COMMITTED:
            raise self._unanswered()

    def _unanswered(self) -> SchedulerXError:
        error = psycopg.OperationalError("server closed the connection unexpectedly")
        found = translate(error, self.profile)
        assert found is not None
        return found
