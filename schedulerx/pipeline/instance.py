"""Which database the artifacts were uploaded to, kept among them: a plan needs no database."""

from __future__ import annotations

import msgspec

from schedulerx.errors import ArtifactNotFound
from schedulerx.model import keys
from schedulerx.model.ports import ArtifactStore


def remembered_instance(artifacts: ArtifactStore) -> str:
    """The database's instance id; empty before the first upload was prepared."""
    try:
        data = artifacts.get(keys.INSTANCE_KEY)
    except ArtifactNotFound:
        return ""
    return msgspec.json.decode(data, type=dict[str, str])["instance_id"]


def remember_instance(artifacts: ArtifactStore, instance_id: str) -> None:
    """Keeps the instance id; writes nothing where it is known."""
    if remembered_instance(artifacts) != instance_id:
        artifacts.put(keys.INSTANCE_KEY, msgspec.json.encode({"instance_id": instance_id}))
