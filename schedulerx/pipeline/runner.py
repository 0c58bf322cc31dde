"""The interpreter of STEPS: the folder run calls it from end to end, the stack's functions call
its parts.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from schedulerx.errors import SchedulerXError, UnbalancedRun
from schedulerx.evidence.storage import iter_events
from schedulerx.model import keys
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import Record, decode_record
from schedulerx.model.run import Group, Run, StepResult
from schedulerx.model.work import GroupWork, RunWork
from schedulerx.pipeline.definition import ALWAYS, BY_NAME, NAMES, STEPS
from schedulerx.pipeline.inventory import read_groups
from schedulerx.pipeline.pool import resolve
from schedulerx.pipeline.services import Services
from schedulerx.pipeline.step import Scope
from schedulerx.pipeline.worker import Listener, open_pool, process_group


class Interrupted(SchedulerXError):  # noqa: N818  (named by what it means)
    """The operator asked the run to stop; what is begun was finished."""


def run_all(
    services: Services,
    run: Run,
    processes: int,
    listeners: Sequence[Listener] = (),
    stage: Callable[[str], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Every step of the run, in the order of STEPS, by scope: groups first, then the run.

    Raises:
        Interrupted: `stop` said so.
        UnbalancedRun: the certificate's sums do not agree; the report is written all the same.
    """
    _groups(services, run, processes, listeners, stop)
    for step in _selected(run, Scope.RUN):
        if stop():
            raise Interrupted("the run was stopped")
        stage(step)
        run_run_step(step, services, run)


def _groups(
    services: Services,
    run: Run,
    processes: int,
    listeners: Sequence[Listener],
    stop: Callable[[], bool],
) -> None:
    if run.groups == 0:
        return
    with open_pool(services, run, processes) as pool:
        for group in read_groups(services.inventory, run.run_id):
            if stop():
                return
            process_group(services, run, group, pool, listeners, stop)
            if not stop():
                for step in _selected(run, Scope.GROUP):
                    run_group_step(step, services, run, group)


def _selected(run: Run, scope: Scope) -> list[str]:
    return [step.name for step in STEPS if step.scope is scope and step.name in run.steps]


def run_group_step(name: str, services: Services, run: Run, group: Group) -> StepResult:
    """One GROUP step over the records the group published."""
    begun = time.perf_counter()
    if name not in run.steps:
        return StepResult(step=name, seconds=0.0, counts={})
    evidence = services.evidence()
    instance_id = evidence.instance_id()
    record_keys = _record_keys(services, run, group)
    work = GroupWork(
        group_id=group.group_id,
        records=lambda: _records(services.artifacts, record_keys),
        events=lambda record: iter_events(record, services.artifacts),
        artifacts=services.artifacts,
        evidence=evidence,
    )
    # What the RUN steps concluded does not cover this group: its markers go before it comes.
    for marker in list(services.artifacts.keys(keys.resolved_prefix(instance_id))):
        services.artifacts.delete(marker)
    counts = _counts(resolve(BY_NAME[name].target)(work))
    _mark_uploaded(services.artifacts, instance_id, record_keys)
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
    marker = keys.resolved_key(evidence.instance_id(), name, BY_NAME[name].version)
    if name not in ALWAYS and services.artifacts.exists(marker) and not run.overwrite_existing:
        return _report(services, run, name, begun, {"unchanged": 1})
    work = RunWork(
        run=run,
        inventory=services.inventory,
        artifacts=services.artifacts,
        reports=services.reports,
        evidence=evidence,
    )
    counts = _counts(resolve(BY_NAME[name].target)(work))
    if name not in ALWAYS:
        _mark_resolved(services.artifacts, evidence.instance_id(), name)
    return _report(services, run, name, begun, counts)


def record_failure(services: Services, run_id: str, error: str, cause: str) -> None:
    """What ended an execution of the stack, kept beside its certificate."""
    failure = {"run_id": run_id, "error": error, "cause": cause}
    services.reports.put(keys.failure_key(run_id), msgspec.json.encode(failure))


def _record_keys(services: Services, run: Run, group: Group) -> list[str]:
    listed = services.artifacts.get(keys.group_records_key(run.run_id, group.group_id))
    return listed.decode().split()


def _records(artifacts: ArtifactStore, record_keys: Iterable[str]) -> Iterator[Record]:
    for key in record_keys:
        yield decode_record(artifacts.get(key))


def _mark_uploaded(artifacts: ArtifactStore, instance_id: str, record_keys: Iterable[str]) -> None:
    """Tells the planner that these records are in the database; failed ones come again."""
    by_fingerprint: dict[str, list[bytes]] = defaultdict(list)
    for key in record_keys:
        object_id, fingerprint = keys.parse_record_key(key)
        if fingerprint != keys.FAILED:
            by_fingerprint[fingerprint].append(bytes.fromhex(object_id))
    for fingerprint, ids in by_fingerprint.items():
        data = b"".join(sorted(ids))
        digest = hashlib.blake2b(data, digest_size=16).hexdigest()
        artifacts.put(keys.uploaded_key(instance_id, fingerprint, digest), data)


def _mark_resolved(artifacts: ArtifactStore, instance_id: str, name: str) -> None:
    """This step's marker is set, those of the steps after it go: their input has changed."""
    later = [step for step in STEPS if step.scope is Scope.RUN and step.name not in ALWAYS]
    position = [step.name for step in later].index(name)
    for step in later[position + 1 :]:
        artifacts.delete(keys.resolved_key(instance_id, step.name, step.version))
    artifacts.put(keys.resolved_key(instance_id, name, BY_NAME[name].version), b"{}")


def _counts(result: object) -> dict[str, int]:
    """A step's counts as the report shows them."""
    return msgspec.convert(msgspec.to_builtins(result), dict[str, int])


def _report(
    services: Services, run: Run, name: str, begun: float, counts: dict[str, int]
) -> StepResult:
    result = StepResult(step=name, seconds=_since(begun), counts=counts)
    services.artifacts.put(keys.run_step_key(run.run_id, name), msgspec.json.encode(result))
    return result


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 6)
