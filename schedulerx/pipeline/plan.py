"""Planning: a listing becomes members and groups, in one pass and constant memory a member.

Nothing is opened and no object is asked for by HEAD: what is complete is a set of ids, subtracted
from the listing. Equal listings, settings and steps give equal plans, to the byte.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from schedulerx.errors import ConfigurationError
from schedulerx.model.identity import raw_path
from schedulerx.model.keys import groups_key, members_key, resolved_key, skipped_key
from schedulerx.model.member import Member
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.run import Group, Run, Tally
from schedulerx.pipeline.artifacts import fingerprint, satisfying
from schedulerx.pipeline.completed import CompletedIndex, completed
from schedulerx.pipeline.definition import ALWAYS, BY_NAME, steps_of
from schedulerx.pipeline.families import in_families
from schedulerx.pipeline.inventory import save_run
from schedulerx.pipeline.step import Scope
from schedulerx.settings import ProcessingSettings

_MASK = (1 << 128) - 1
_LINES_HELD = 4096  # members in memory while a group is open


class PlanRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a plan. `source` is for people; `instance_id` is the database's."""

    source: str
    steps: tuple[str, ...]
    settings: ProcessingSettings = ProcessingSettings()
    minimum_batch_size: int = 1000
    overwrite_existing: bool = False
    instance_id: str = ""

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
        sorted(satisfying(request.steps, request.settings)),
        request.instance_id,
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
        census = _Census(done, request.settings.source, skipped)
        writer = _GroupWriter(lines, groups, request.minimum_batch_size)
        if request.wants_files:  # RUN steps alone read the database: no file is an input of theirs
            writer.write(in_families(census.open_members(members)))
    return Draft(
        request=request,
        plan_id=_plan_id(request, writer.digest),
        members=paths[0],
        groups=paths[1],
        skipped_ids=paths[2],
        group_count=writer.count,
        inputs=census.inputs(),
        skipped=census.skipped(),
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
        groups=draft.group_count,
        instance_id=request.instance_id,
    )
    inventory.put_file(members_key(run_id), draft.members)
    inventory.put_file(groups_key(run_id), draft.groups)
    inventory.put_file(skipped_key(run_id), draft.skipped_ids)
    save_run(inventory, run)
    return run


class _Census:
    """Counts every input and lets those through that are not complete.

    The sums are those of `Tally`, kept in plain integers: this loop runs once an object.
    """

    def __init__(self, done: CompletedIndex, source: str, skipped_ids: BinaryIO) -> None:
        self._done = done
        self._identify = fast_object_id(source)
        self._skipped_ids = skipped_ids
        self._open = [0, 0, 0]
        self._skipped = [0, 0, 0]

    def open_members(self, members: Iterable[Member]) -> Iterator[Member]:
        """The members to process, each with the record it can start from."""
        identify, complete, prior = self._identify, self._done.complete, self._done.prior
        for member in members:
            path = member.path.encode() if member.raw is None else raw_path("", member.raw)
            object_id = None if member.etag is None else identify(path, member.etag)
            if object_id is not None and object_id in complete:
                self._skipped_ids.write(object_id)
                _count(self._skipped, path, member.bytes)
                continue
            _count(self._open, path, member.bytes)
            found = None if object_id is None else prior(object_id)
            yield msgspec.structs.replace(member, prior=found) if found else member

    def skipped(self) -> Tally:
        return _tally(self._skipped)

    def inputs(self) -> Tally:
        return _tally(self._skipped).plus(_tally(self._open))


def _count(sums: list[int], path: bytes, size: int) -> None:
    sums[0] += 1
    sums[1] += size
    sums[2] += int.from_bytes(hashlib.blake2b(path, digest_size=16).digest())


def _tally(sums: list[int]) -> Tally:
    count, size, digest = sums
    return Tally(count=count, bytes=size, digest=f"{digest & _MASK:032x}")


def fast_object_id(source: str) -> Callable[[bytes, str], bytes]:
    """`identity.object_id` for one source as 16 bytes, hashed in one call."""
    name = source.encode()
    head = len(name).to_bytes(8, "big") + name

    def identify(path: bytes, etag: str) -> bytes:
        tag = etag.strip('"').encode()
        return hashlib.blake2b(
            b"".join((head, len(path).to_bytes(8, "big"), path, len(tag).to_bytes(8, "big"), tag)),
            digest_size=16,
        ).digest()

    return identify


class _GroupWriter:
    """Writes members, and a line a group. A group ends with the family that fills it."""

    def __init__(self, lines: BinaryIO, groups: BinaryIO, minimum: int) -> None:
        self._lines = lines
        self._groups = groups
        self._minimum = minimum
        self._encoder = msgspec.json.Encoder()
        self._hash = hashlib.blake2b(digest_size=12)
        self._start = self._end = self._bytes = 0
        self.count = 0

    @property
    def digest(self) -> bytes:
        return self._hash.digest()

    def write(self, members: Iterable[tuple[str, Member]]) -> None:
        """Takes members with their family's key, each family in one piece."""
        waiting: list[Member] = []
        count, last = 0, ""
        for key, member in members:
            if count >= self._minimum and key != last:
                self._close(count, waiting)
                count = 0
            elif len(waiting) >= _LINES_HELD:
                self._flush(waiting)
            waiting.append(member)
            count += 1
            last = key
        if count:
            self._close(count, waiting)

    def _flush(self, waiting: list[Member]) -> None:
        data = self._encoder.encode_lines(waiting)
        self._lines.write(data)
        self._hash.update(data)
        self._end += len(data)
        self._bytes += sum(member.bytes for member in waiting)
        waiting.clear()

    def _close(self, count: int, waiting: list[Member]) -> None:
        self._flush(waiting)
        group = Group(
            group_id=f"{self.count:06d}",
            count=count,
            bytes=self._bytes,
            offset=self._start,
            length=self._end - self._start,
        )
        self._groups.write(self._encoder.encode(group) + b"\n")
        self._start, self._bytes = self._end, 0
        self.count += 1


def _plan_id(request: PlanRequest, members: bytes) -> str:
    """24 hex digits over the members' lines and everything asked for."""
    asked = (
        request.source,
        request.steps,
        fingerprint(request.steps, request.settings),
        request.minimum_batch_size,
        request.overwrite_existing,
        request.instance_id,
    )
    return hashlib.blake2b(msgspec.json.encode(asked) + members, digest_size=12).hexdigest()
