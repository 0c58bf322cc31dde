"""Planning: a listing becomes members and groups, in one pass and constant memory a member.

Nothing is opened and no object is asked for by HEAD: what is complete is a set of ids, subtracted
from the listing. Equal listings, settings and steps give equal plans, to the byte.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from schedulerx.errors import ConfigurationError
from schedulerx.model.keys import fed_instance, groups_key, members_key, resolved_key, skipped_key
from schedulerx.model.member import Member
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.run import Run, Tally
from schedulerx.pipeline.artifacts import complete_groups, fingerprint
from schedulerx.pipeline.census import Census
from schedulerx.pipeline.completed import CompletedIndex, completed
from schedulerx.pipeline.databases import with_logs
from schedulerx.pipeline.definition import ALWAYS, BY_NAME, steps_of
from schedulerx.pipeline.families import in_families
from schedulerx.pipeline.group_writer import GroupWriter
from schedulerx.pipeline.inventory import save_run
from schedulerx.pipeline.step import Scope
from schedulerx.settings import ProcessingSettings


class PlanRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a plan. `source` is for people; `instance_id` is the database's."""

    source: str
    steps: tuple[str, ...]
    settings: ProcessingSettings = ProcessingSettings()
    minimum_batch_size: int = 1000
    overwrite_existing: bool = False
    instance_id: str = ""
    tries_passwords: bool = False
    upload_url: str = ""  # of the events API that is to hold it besides the database
    fed_to: str = ""  # that API and its database, see ports.EventsFeed.target

    def __post_init__(self) -> None:
        if self.minimum_batch_size < 1:
            raise ConfigurationError(
                f"--minimum_batch_size is {self.minimum_batch_size}: a group holds at least 1 file"
            )

    @property
    def wants_upload(self) -> bool:
        """Whether a step works on groups: then a record alone does not complete an object."""
        return any(BY_NAME[name].scope is Scope.GROUP for name in self.steps)

    @property
    def wants_files(self) -> bool:
        """Whether a step works on files or groups; RUN steps alone read the database, no file."""
        return any(BY_NAME[name].scope is not Scope.RUN for name in self.steps)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A plan not yet published: local files and what stands in them."""

    request: PlanRequest
    plan_id: str
    members: Path
    groups: Path
    skipped_ids: Path
    group_count: int
    inputs: Tally
    skipped: Tally
    skipped_members: Tally

    @property
    def planned(self) -> int:
        """How many members are to be processed."""
        return self.inputs.count - self.skipped.count

    @property
    def planned_bytes(self) -> int:
        """Their bytes."""
        return self.inputs.bytes - self.skipped.bytes


def known_complete(artifacts: ArtifactStore, request: PlanRequest) -> CompletedIndex:
    """What the request may skip: nothing where it overwrites."""
    if request.overwrite_existing:
        return CompletedIndex()
    return completed(
        artifacts,
        sorted(
            complete_groups(
                request.steps, request.settings, tries_passwords=request.tries_passwords
            )
        ),
        fed_instance(request.instance_id, request.fed_to),
        wants_upload=request.wants_upload,
    )


def unresolved(artifacts: ArtifactStore, request: PlanRequest) -> tuple[str, ...]:
    """The RUN steps of a request that have not seen all that was uploaded: those of a run that
    ended between its groups and its certificate, or that asks for nothing else.
    """
    if request.wants_files and not request.wants_upload:
        return ()
    return tuple(
        step.name
        for step in steps_of(Scope.RUN)
        if step.name in request.steps
        and step.name not in ALWAYS
        and (
            request.overwrite_existing
            or not artifacts.exists(resolved_key(request.instance_id, step.name, step.version))
        )
    )


def plan(
    members: Iterable[Member],
    done: CompletedIndex,
    inventory: ArtifactStore,
    request: PlanRequest,
    *,
    run_id: str,
    started_at: str,
) -> Run:
    """Plans and publishes under a run id of the caller's."""
    with tempfile.TemporaryDirectory(prefix="schedulerx-plan-") as folder:
        draft = draft_plan(members, done, request, Path(folder))
        return publish(draft, inventory, run_id=run_id, started_at=started_at)


def draft_plan(
    members: Iterable[Member], done: CompletedIndex, request: PlanRequest, folder: Path
) -> Draft:
    """Plans into files of a local folder; publishes nothing.

    `members` come in byte order of their paths.
    """
    paths = [folder / name for name in ("members.ndjson", "groups.ndjson", "skipped.ids")]
    with ExitStack() as files:
        lines, groups, skipped = (files.enter_context(path.open("wb")) for path in paths)
        census = Census(done, request.settings.source, skipped)
        writer = GroupWriter(lines, groups, request.minimum_batch_size)
        if request.wants_files:  # RUN steps alone read the database: no file is an input of theirs
            writer.write(in_families(census.open_members(with_logs(members))))
    return Draft(
        request=request,
        plan_id=_plan_id(request, writer.digest),
        members=paths[0],
        groups=paths[1],
        skipped_ids=paths[2],
        group_count=writer.count,
        inputs=census.inputs(),
        skipped=census.skipped(),
        skipped_members=census.skipped_members(),
    )


def publish(draft: Draft, inventory: ArtifactStore, *, run_id: str, started_at: str) -> Run:
    """Publishes a draft: members, groups, and the run last."""
    request = draft.request
    run = Run(
        run_id=run_id,
        plan_id=draft.plan_id,
        source=request.source,
        steps=request.steps,
        fingerprint=fingerprint(request.steps, request.settings),
        settings=request.settings,
        overwrite_existing=request.overwrite_existing,
        started_at=started_at,
        inputs=draft.inputs,
        skipped=draft.skipped,
        skipped_members=draft.skipped_members,
        groups=draft.group_count,
        instance_id=request.instance_id,
        tries_passwords=request.tries_passwords,
        upload_url=request.upload_url,
        fed_to=request.fed_to,
    )
    inventory.put_file(members_key(run_id), draft.members)
    inventory.put_file(groups_key(run_id), draft.groups)
    inventory.put_file(skipped_key(run_id), draft.skipped_ids)
    save_run(inventory, run)
    return run


def _plan_id(request: PlanRequest, members: bytes) -> str:
    """24 hex digits over the members' lines and everything asked for."""
    asked = (
        request.source,
        request.steps,
        fingerprint(request.steps, request.settings),
        request.minimum_batch_size,
        request.overwrite_existing,
        request.instance_id,
        request.tries_passwords,
        request.upload_url,
        request.fed_to,
    )
    return hashlib.blake2b(msgspec.json.encode(asked) + members, digest_size=12).hexdigest()
