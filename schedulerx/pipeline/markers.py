"""Markers among the artifacts: what a database holds, and what was concluded from all of it.

The planner cannot ask the database (on AWS it lies in a closed network); it reads these. See
docs/decisions/0004.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from schedulerx.errors import ArtifactNotFound
from schedulerx.model import keys
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record_name import RecordName
from schedulerx.pipeline.definition import ALWAYS, BY_NAME, STEPS
from schedulerx.pipeline.step import Scope


class _Resolved(msgspec.Struct, frozen=True):
    """The database's generation that a RUN step saw."""

    generation: int


def mark_uploaded(artifacts: ArtifactStore, instance_id: str, record_keys: Iterable[str]) -> None:
    """Tells the planner that these records are in the database; failed and open ones come again."""
    by_fingerprint: dict[str, list[bytes]] = defaultdict(list)
    for key in record_keys:
        object_id, text = keys.parse_record_key(key)
        name = RecordName.parse(text)
        if name.is_complete:
            by_fingerprint[name.group].append(bytes.fromhex(object_id))
    _welcome_back(artifacts, instance_id, by_fingerprint.values())
    for fingerprint, ids in by_fingerprint.items():
        data = b"".join(sorted(ids))
        digest = hashlib.blake2b(data, digest_size=16).hexdigest()
        artifacts.put(keys.uploaded_key(instance_id, fingerprint, digest), data)


def _welcome_back(
    artifacts: ArtifactStore, instance_id: str, uploaded: Iterable[list[bytes]]
) -> None:
    """Objects that had gone from the database and are in it again."""
    gone = {key.rpartition("/")[2]: key for key in artifacts.keys(keys.gone_prefix(instance_id))}
    if gone:
        back = {object_id.hex() for ids in uploaded for object_id in ids}
        for object_id in back & gone.keys():
            artifacts.delete(gone[object_id])


def reopen_resolution(artifacts: ArtifactStore, instance_id: str) -> None:
    """Something is about to be uploaded: what the RUN steps concluded will not cover it."""
    for marker in list(artifacts.keys(keys.resolved_prefix(instance_id))):
        artifacts.delete(marker)


def is_resolved(
    artifacts: ArtifactStore, instance_id: str, step_name: str, generation: int
) -> bool:
    """Whether a RUN step has seen all that is in the database now."""
    key = keys.resolved_key(instance_id, step_name, BY_NAME[step_name].version)
    try:
        return msgspec.json.decode(artifacts.get(key), type=_Resolved).generation == generation
    except (ArtifactNotFound, msgspec.DecodeError):
        return False


def mark_resolved(
    artifacts: ArtifactStore, instance_id: str, step_name: str, generation: int
) -> None:
    """A RUN step has seen this generation. Later steps build on what it wrote: theirs go."""
    resolving = [step for step in STEPS if step.scope is Scope.RUN and step.name not in ALWAYS]
    position = [step.name for step in resolving].index(step_name)
    for step in resolving[position + 1 :]:
        artifacts.delete(keys.resolved_key(instance_id, step.name, step.version))
    key = keys.resolved_key(instance_id, step_name, BY_NAME[step_name].version)
    artifacts.put(key, msgspec.json.encode(_Resolved(generation)))
