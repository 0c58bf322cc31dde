"""What is planned, as the inventory keeps it: the run, its groups, their members."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schedulerx.errors import ArtifactNotFound, ConfigurationError
from schedulerx.model.keys import groups_key, members_key, run_key
from schedulerx.model.member import Member
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.run import Group, Run

_RUN = msgspec.json.Decoder(Run)
_GROUP = msgspec.json.Decoder(Group)
_MEMBER = msgspec.json.Decoder(Member)


def save_run(inventory: ArtifactStore, run: Run) -> None:
    """Publishes the run's line: last, so that a run that can be loaded is wholly planned."""
    inventory.put(run_key(run.run_id), msgspec.json.encode(run, order="deterministic"))


def load_run(inventory: ArtifactStore, run_id: str) -> Run:
    """The run of this id.

    Raises:
        ConfigurationError: no run of this id is planned here.
    """
    try:
        return _RUN.decode(inventory.get(run_key(run_id)))
    except ArtifactNotFound as error:
        raise ConfigurationError(
            f"No run {run_id} in {inventory.location('runs/')}: plan it first"
        ) from error


def read_groups(inventory: ArtifactStore, run_id: str) -> Iterator[Group]:
    """The run's groups, in order."""
    for line in inventory.get(groups_key(run_id)).splitlines():
        yield _GROUP.decode(line)


def read_members(inventory: ArtifactStore, run_id: str, group: Group) -> list[Member]:
    """A group's members, read by their byte range alone."""
    lines = inventory.get_range(members_key(run_id), group.offset, group.length)
    return _MEMBER.decode_lines(lines)
