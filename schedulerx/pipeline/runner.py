"""The interpreter of STEPS: the folder run calls it from end to end, the stack's functions call
its parts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec

from schedulerx.errors import SchedulerXError, UnbalancedRun
from schedulerx.evidence.storage import iter_events
from schedulerx.model import keys
from schedulerx.model.run import Group, Run, StepResult, location_of
from schedulerx.model.work import GroupWork, RunWork
from schedulerx.pipeline.definition import ALWAYS, BY_NAME, NAMES, STEPS
from schedulerx.pipeline.feeding import feed_group, feeds
from schedulerx.pipeline.group_records import record_keys, records
from schedulerx.pipeline.inventory import read_groups
from schedulerx.pipeline.markers import (
    is_resolved,
    mark_resolved,
    mark_uploaded,
    reopen_resolution,
)
from schedulerx.pipeline.pool import resolve
from schedulerx.pipeline.services import Services
from schedulerx.pipeline.step import Scope
from schedulerx.pipeline.worker import FilePool, Listener, process_group

_RESOLVED_AGAIN = 5  # times a RUN step is repeated while others upload


class Interrupted(SchedulerXError):  # noqa: N818  (named by what it means)
    """The operator asked the run to stop; what is begun was finished."""


def run_all(
    services: Services,
    run: Run,
    pool: FilePool,
    listeners: Sequence[Listener] = (),
    stage: Callable[[str], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Every step of the run, in the order of STEPS, by scope: groups first, then the run.

    Raises:
        Interrupted: `stop` said so.
        UnbalancedRun: the certificate's sums do not agree; the report is written all the same.
    """
    _groups(services, run, pool, listeners, stop)
    for step in _selected(run, Scope.RUN):
        if stop():
            raise Interrupted("the run was stopped")
        stage(step)
        run_run_step(step, services, run)


def _groups(
    services: Services,
    run: Run,
    pool: FilePool,
    listeners: Sequence[Listener],
    stop: Callable[[], bool],
) -> None:
    for group in read_groups(services.inventory, run.run_id):
        if stop():
            return
        process_group(services, run, group, pool, listeners, stop)
        if not stop():
            for step in _selected(run, Scope.GROUP):
                run_group_step(step, services, run, group)
            if services.feed is not None and feeds(run):
                feed_group(services, run, group, services.feed)


def _selected(run: Run, scope: Scope) -> list[str]:
    return [step.name for step in STEPS if step.scope is scope and step.name in run.steps]


def run_group_step(name: str, services: Services, run: Run, group: Group) -> StepResult:
    """One GROUP step over the records the group published."""
    begun = time.perf_counter()
    if name not in run.steps:
        return StepResult(step=name, seconds=0.0, counts={})
    evidence = services.evidence()
    instance_id = evidence.instance_id()
    listed = record_keys(services.artifacts, run, group)
    work = GroupWork(
        group_id=group.group_id,
        location=location_of(run.source),
        records=lambda: records(services.artifacts, listed),
        events=lambda record: iter_events(record, services.artifacts),
        artifacts=services.artifacts,
        evidence=evidence,
    )
    reopen_resolution(services.artifacts, instance_id)
    counts = _call(name, work)
    mark_uploaded(services.artifacts, instance_id, listed)
    result = StepResult(step=name, seconds=_since(begun), counts=counts)
    key = keys.group_step_key(run.run_id, name, group.group_id)
    services.artifacts.put(key, msgspec.json.encode(result))
    return result


def run_run_step(name: str, services: Services, run: Run) -> StepResult:
    """One RUN step. Nothing is resolved again when nothing was uploaded since it last was.

    Raises:
        UnbalancedRun: the step found it so; the steps that close a run have been run by then.
    """
    try:
        return _run_step(name, services, run)
    except UnbalancedRun:
        position = NAMES.index(name)
        for closing in NAMES[position + 1 :]:
            if closing in ALWAYS:
                _run_step(closing, services, run)
        raise


def _run_step(name: str, services: Services, run: Run) -> StepResult:
    begun = time.perf_counter()
    if name not in run.steps:
        return StepResult(step=name, seconds=0.0, counts={})
    evidence = services.evidence()
    work = RunWork(
        run=run,
        inventory=services.inventory,
        artifacts=services.artifacts,
        reports=services.reports,
        evidence=evidence,
    )
    if name in ALWAYS:
        return _report(services, run, name, begun, _call(name, work))
    generation, instance_id = evidence.generation(), evidence.instance_id()
    is_known = is_resolved(services.artifacts, instance_id, name, generation)
    if is_known and not run.overwrite_existing:
        return _report(services, run, name, begun, {"unchanged": 1})
    counts = _call(name, work)
    for _ in range(_RESOLVED_AGAIN):
        # Another run uploaded meanwhile: its own step may have written before this one did.
        before, generation = generation, evidence.generation()
        if before == generation:
            break
        counts = _call(name, work)
    mark_resolved(services.artifacts, instance_id, name, generation)
    return _report(services, run, name, begun, counts)


def _call(name: str, work: GroupWork | RunWork) -> dict[str, int]:
    """Calls a step; its counts as the report shows them."""
    result = resolve(BY_NAME[name].target)(work)
    return msgspec.convert(msgspec.to_builtins(result), dict[str, int])


def record_failure(services: Services, run_id: str, error: str, cause: str) -> None:
    """What ended an execution of the stack, kept beside its certificate."""
    failure = {"run_id": run_id, "error": error, "cause": cause}
    services.reports.put(keys.failure_key(run_id), msgspec.json.encode(failure))


def _report(
    services: Services, run: Run, name: str, begun: float, counts: dict[str, int]
) -> StepResult:
    result = StepResult(step=name, seconds=_since(begun), counts=counts)
    services.artifacts.put(keys.run_step_key(run.run_id, name), msgspec.json.encode(result))
    return result


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 6)
