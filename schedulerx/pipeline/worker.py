"""One group through the FILE steps, by a pool of processes; its outcome is published last."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from schedulerx.model import keys
from schedulerx.model.identity import raw_path
from schedulerx.model.member import Member
from schedulerx.model.record import Status, StepStatus
from schedulerx.model.run import Group, GroupOutcome, Problem, Run, StepStats, Tally
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.inventory import read_members
from schedulerx.pipeline.outcome import FileOutcome, StepTiming
from schedulerx.pipeline.pool import Lost, Pool
from schedulerx.pipeline.processing import FileProcessor
from schedulerx.pipeline.services import Services
from schedulerx.pipeline.step import Scope
from schedulerx.pipeline.task import Task, task_of
from schedulerx.settings import ProcessingSettings

FilePool = Pool[Member, FileOutcome]
Listener = Callable[[FileOutcome], None]


def open_pool(
    services: Services, run_id: str, processes: int, settings: ProcessingSettings
) -> FilePool:
    """The pool that processes members of this run. No process starts before it is used."""
    return Pool(services.workers, run_id, processes, settings.limit_s)


def process_group(
    services: Services,
    run: Run,
    group: Group,
    pool: FilePool,
    listeners: Sequence[Listener] = (),
    stop: Callable[[], bool] = lambda: False,
) -> GroupOutcome:
    """A group in a pool that is open. Publishes the keys of its records, then its outcome.

    A group that was stopped midway publishes nothing: the next run plans what is left of it.
    """
    begun = time.perf_counter()
    members = read_members(services.inventory, run.run_id, group)
    totals = _Totals()
    for file in _outcomes(services, run, members, pool, stop):
        totals.add(file)
        for listener in listeners:
            listener(file)
    outcome = totals.outcome(group.group_id, round(time.perf_counter() - begun, 3))
    if not stop():
        lines = "".join(f"{line}\n" for line in totals.records).encode()
        services.artifacts.put(keys.group_records_key(run.run_id, group.group_id), lines)
        services.artifacts.put(
            keys.outcome_key(run.run_id, group.group_id), msgspec.json.encode(outcome)
        )
    return outcome


def validate_objects(
    services: Services, settings: ProcessingSettings, source_run: Run, members: Iterable[Member]
) -> Iterator[FileOutcome]:
    """The first FILE step alone, on objects as they arrive. The fan-out finds that part done."""
    first = steps_of(Scope.FILE)[0].name
    processor = FileProcessor(
        Task((first,), settings, on_arrival=True), services.source(source_run), services.artifacts
    )
    for member in members:
        yield processor(member)


def _outcomes(
    services: Services,
    run: Run,
    members: list[Member],
    pool: FilePool,
    stop: Callable[[], bool],
) -> Iterator[FileOutcome]:
    within: dict[str, Tally] = {}  # of files still in work: what was told of their members
    for event in pool.run(members, stop):
        path = event.task.path
        if isinstance(event, Lost):
            held = within.pop(path, None)
            yield msgspec.structs.replace(_lost(services, run, event), members=held)
            continue
        yield _tried_again(event.result) if event.tries else event.result
        if event.is_part:
            within[path] = within.get(path, Tally()).plus(_one(event.result.member))
        else:
            within.pop(path, None)


def _one(member: Member) -> Tally:
    return Tally.of(raw_path(member.path, member.raw), member.bytes)


def _lost(services: Services, run: Run, lost: Lost[Member]) -> FileOutcome:
    """A file that costs every worker its life fails; one over its time is refused."""
    processor = FileProcessor(task_of(run), services.source(run), services.artifacts)
    return processor.lost(lost.task, lost.reason, overran=lost.overran)


def _tried_again(outcome: FileOutcome) -> FileOutcome:
    """A file whose first worker died after publishing its record was done in this run."""
    if outcome.status is not Status.SKIPPED:
        return outcome
    status = Status.DONE if outcome.reason_code is None else Status.QUARANTINED
    return msgspec.structs.replace(outcome, status=status)


@dataclass
class _Totals:
    """The sums of a group's outcomes, as they come."""

    tallies: dict[Status, Tally] = field(default_factory=lambda: dict.fromkeys(Status, Tally()))
    steps: dict[str, StepStats] = field(
        default_factory=lambda: {
            step.name: StepStats(name=step.name) for step in steps_of(Scope.FILE)
        }
    )
    problems: list[Problem] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    members: Tally = field(default_factory=Tally)
    events: int = 0

    def add(self, outcome: FileOutcome) -> None:
        member = outcome.member
        self.tallies[outcome.status] = self.tallies[outcome.status].plus(_one(member))
        if member.container is None and outcome.members is not None:
            self.members = self.members.plus(outcome.members)
        self.events += outcome.events
        if outcome.fingerprint:
            self.records.append(keys.record_key(outcome.object_id, outcome.fingerprint))
        for timing in outcome.steps:
            self.steps[timing.name] = self.steps[timing.name].plus(_stats(timing))
        if outcome.reason is not None:
            self.problems.append(
                Problem(
                    path=member.path,
                    status=outcome.status,
                    reason_code=outcome.reason_code,
                    reason=outcome.reason,
                )
            )

    def outcome(self, group_id: str, seconds: float) -> GroupOutcome:
        return GroupOutcome(
            group_id=group_id,
            done=self.tallies[Status.DONE],
            skipped=self.tallies[Status.SKIPPED],
            failed=self.tallies[Status.FAILED],
            quarantined=self.tallies[Status.QUARANTINED],
            members=self.members,
            events=self.events,
            steps=tuple(self.steps.values()),
            problems=tuple(sorted(self.problems, key=lambda problem: problem.path)),
            records=len(self.records),
            seconds=seconds,
        )


def _stats(timing: StepTiming) -> StepStats:
    if timing.reused:
        return StepStats(name=timing.name, reused=1)
    count = {
        StepStatus.DONE: StepStats(name=timing.name, done=1),
        StepStatus.NOT_APPLICABLE: StepStats(name=timing.name, not_applicable=1),
        StepStatus.REJECTED: StepStats(name=timing.name, rejected=1),
        StepStatus.FAILED: StepStats(name=timing.name, failed=1),
    }[timing.status]
    return msgspec.structs.replace(count, seconds=timing.seconds)
