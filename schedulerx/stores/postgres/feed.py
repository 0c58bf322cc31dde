"""A batch that another deployment sent, into the tables: by the same upload as a run's own."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import psycopg

from schedulerx.evidence.feed_intake import PREFIX, Fed, Intake
from schedulerx.stores.postgres.connect import Connection, Database
from schedulerx.stores.postgres.upload import upload

_OWN = """
SELECT DISTINCT replace(object_id::text, '-', '') FROM locations
WHERE object_id = ANY(%s::uuid[]) AND NOT starts_with(location, %s)
"""
_FOREIGN = """
SELECT s.number FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) AS s (event_id, object_id, number)
JOIN events e ON e.event_id = s.event_id AND e.object_id <> s.object_id
"""

# What a value is refused by, also one that an index has no room for.
_REFUSED = (psycopg.DataError, psycopg.errors.ProgramLimitExceeded)


def store(database: Database, intake: Intake) -> None:
    """Stores what the batch holds, one transaction a location; rejects what it may not overwrite.

    What this deployment has read itself stays as it is: its own reading knows its own artifacts.
    """
    with database.transaction() as connection:
        for object_id in _own(connection, list(intake.fed)):
            del intake.fed[object_id]
        _refuse_foreign(connection, intake)
    by_location: dict[str, list[Fed]] = defaultdict(list)
    for fed in intake.fed.values():
        by_location[PREFIX + fed.line.location].append(fed)
    for location in sorted(by_location):
        _store(database, location, by_location[location], intake)


def _own(connection: Connection, ids: list[str]) -> list[str]:
    return [str(row[0]) for row in connection.execute(_OWN, (ids, PREFIX))]


def _refuse_foreign(connection: Connection, intake: Intake) -> None:
    """Events that are known as another object's."""
    rows = [
        (event.event_id, object_id, number)
        for object_id, fed in intake.fed.items()
        for number, event in fed.events.items()
    ]
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    refused = {row[0] for row in connection.execute(_FOREIGN, columns)}
    for fed in intake.fed.values():
        for number in refused & fed.events.keys():
            intake.refuse(number, f"event {fed.events.pop(number).event_id} is another object's")


def _store(database: Database, location: str, feds: list[Fed], intake: Intake) -> None:
    """All of them; where the database refuses a value, each by itself, so that one costs one."""
    try:
        with database.transaction() as connection:
            upload(
                connection,
                [(fed.line.record, fed.events.values()) for fed in feds],
                location,
                lambda _: None,
                {fed.line.record.object_id: (fed.line.after, fed.line.up_to) for fed in feds},
            )
    except _REFUSED as error:
        if len(feds) > 1:
            for fed in feds:
                _store(database, location, [fed], intake)
            return
        reason = f"a value cannot be stored: {str(error).partition(chr(10))[0]}"
        for number in (feds[0].number, *feds[0].events):
            intake.refuse(number, reason)
