"""The GROUP and RUN steps, one call each: the folder run calls them in a row, the stack's functions
one by one. Nothing here opens files, so that the functions need nothing that does.
"""

from __future__ import annotations

import time

import msgspec

from schedulerx.errors import UnbalancedRun
from schedulerx.evidence.storage import iter_events
from schedulerx.model import keys
from schedulerx.model.run import Group, Run, StepResult, location_of
from schedulerx.model.work import GroupWork, RunWork
from schedulerx.pipeline.definition import ALWAYS, BY_NAME, NAMES
from schedulerx.pipeline.group_records import record_keys, records
from schedulerx.pipeline.markers import (
    is_resolved,
    mark_resolved,
    mark_uploaded,
    reopen_resolution,
)
from schedulerx.pipeline.pool import resolve
from schedulerx.pipeline.services import Services

_RESOLVED_AGAIN = 5  # times a RUN step is repeated while others upload


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
