"""Records and events of a group go into the database: in bulk, in one transaction, idempotent."""

from __future__ import annotations

from schedulerx.model.evidence import UploadCounts
from schedulerx.model.keys import record_prefix
from schedulerx.model.work import GroupWork


def run(work: GroupWork) -> UploadCounts:
    """Streams the group's records, each with its events, into the evidence store.

    The records of a file's older versions go before their rows do: were the file to change back,
    it would be a new input, not one that is complete.
    """

    def forget(object_id: str) -> None:
        for key in list(work.artifacts.keys(record_prefix(object_id))):
            work.artifacts.delete(key)

    return work.evidence.upload(
        ((record, work.events(record)) for record in work.records()), forget
    )
