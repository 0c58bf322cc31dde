"""Records and events of a group go into the database: in bulk, in one transaction, idempotent."""

from __future__ import annotations

from schedulerx.model.evidence import UploadCounts
from schedulerx.model.work import GroupWork


def run(work: GroupWork) -> UploadCounts:
    """Streams the group's records, each with its events, into the evidence store."""
    return work.evidence.upload((record, work.events(record)) for record in work.records())
