"""What is told again, by the events that changed since the last time, in one transaction."""

from __future__ import annotations

from schedulerx.model.evidence import TableChanges
from schedulerx.stores.postgres.changes import take_changes
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.happenings.calls import pair
from schedulerx.stores.postgres.happenings.groups import group
from schedulerx.stores.postgres.happenings.marks import mark
from schedulerx.stores.postgres.staging import analyze


def link(connection: Connection) -> TableChanges:
    """Makes `told_again` say what is told again."""
    if take_changes(connection, "happenings"):
        mark(connection)
        pair(connection)
        analyze(connection, "event_marks")
        analyze(connection, "event_pairs")
    return group(connection)
