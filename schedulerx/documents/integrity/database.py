"""SQLite databases: as their logs complete them; pages and indexes checked in a budget."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from schedulerx.documents.databases.sqlite import complete
from schedulerx.documents.integrity.rejections import unreadable
from schedulerx.model.findings import SOUND, Findings
from schedulerx.settings import ValidateSettings

# UnicodeDecodeError: SQLite quotes broken names in its messages.
_ERRORS = (sqlite3.DatabaseError, UnicodeDecodeError)
_STEPS_PER_CALL = 100_000
_MAX_CALLS = 20_000  # two thousand million steps of SQLite's machine: about a minute


def check(path: Path, limits: ValidateSettings) -> Findings:  # noqa: ARG001  (every check's shape)
    """Whether the schema reads and the quick check finds nothing.

    Raises:
        RejectedInput: the schema does not read.
    """
    with complete(path) as (uri, _), closing(sqlite3.connect(uri, uri=True)) as database:
        budget = iter(range(_MAX_CALLS))
        database.set_progress_handler(lambda: next(budget, None) is None, _STEPS_PER_CALL)
        try:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except _ERRORS as error:
            raise unreadable(f"the database does not open: {error}") from error
        return _quick_check(database)


def _quick_check(database: sqlite3.Connection) -> Findings:
    try:
        (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:  # an extension of its own, or the budget is spent
        return Findings(warnings=(f"the database was not checked throughout: {error}",))
    except _ERRORS as error:
        return Findings(damage=f"the database is damaged: {error}")
    if verdict == "ok":
        return SOUND
    return Findings(damage=f"the database is damaged: {' '.join(str(verdict).split())}")


def check_log(path: Path, limits: ValidateSettings) -> Findings:  # noqa: ARG001  (every check's shape)
    """Logs are read with the database they lie beside, as far as their checksums go."""
    return SOUND
