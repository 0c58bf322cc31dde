"""Records and events of a group go into the database: in bulk, in one transaction, idempotent.
Where a run feeds an events API, they go there too.
"""

from __future__ import annotations

import msgspec

from schedulerx.model.evidence import UploadCounts
from schedulerx.model.keys import fed_instance, gone_key, record_prefix
from schedulerx.model.work import GroupWork


def run(work: GroupWork) -> UploadCounts | dict[str, int]:
    """Streams the group's records, each with its events, into the evidence store.

    When a file has changed, its older version's rows go. Before they do, the markers say so and
    its record goes: were the file to change back, it would be a new input, not a complete one.
    """

    def forget(object_id: str) -> None:
        instance_id = work.evidence.instance_id()
        work.artifacts.put(gone_key(instance_id, object_id), b"")
        if work.feed is not None:
            fed = fed_instance(instance_id, work.feed.target)
            work.artifacts.put(gone_key(fed, object_id), b"")
        for key in list(work.artifacts.keys(record_prefix(object_id))):
            work.artifacts.delete(key)

    counts = work.evidence.upload(
        ((record, work.events(record)) for record in work.records()), work.location, forget
    )
    if work.feed is None:
        return counts
    # Two machines may have folders of one name: their files do not replace each other.
    location = f"{work.evidence.instance_id()}:{work.location}"
    fed = work.feed.feed(location, ((each, work.events(each)) for each in work.records()))
    return {**msgspec.to_builtins(counts), **msgspec.to_builtins(fed)}
