"""Records and events of a group go into the database: in bulk, in one transaction, idempotent."""

from __future__ import annotations

from schedulerx.model import keys
from schedulerx.model.evidence import UploadCounts
from schedulerx.model.work import GroupWork


def run(work: GroupWork) -> UploadCounts:
    """Streams the group's records, each with its events, into the evidence store.

    When a file has changed, its older version's rows go. Before they do, the markers say so and
    its record goes: were the file to change back, it would be a new input, not a complete one.
    """

    def forget(object_id: str) -> None:
        for instance_id in _instances(work):
            work.artifacts.put(keys.gone_key(instance_id, object_id), b"")
        for key in list(work.artifacts.keys(keys.record_prefix(object_id))):
            work.artifacts.delete(key)

    return work.evidence.upload(
        ((record, work.events(record)) for record in work.records()), work.location, forget
    )


def _instances(work: GroupWork) -> set[str]:
    """The database's, and those of the events APIs that were ever fed from it: an API that this
    run does not feed is fed the change later.
    """
    own = work.evidence.instance_id()
    markers = work.artifacts.keys(keys.fed_markers_prefix(own))
    return {own, *map(keys.marked_instance, markers)}
