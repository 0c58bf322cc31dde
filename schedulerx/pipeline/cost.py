"""What a run will take in the stack: tasks, minutes, dollars, and the quotas that would bind."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import msgspec

from schedulerx.model.keys import RECORD_PREFIXES
from schedulerx.pipeline import prices
from schedulerx.pipeline.definition import BY_NAME
from schedulerx.pipeline.step import Scope

# Seconds a FILE step takes one process, for each file and for each MB of it: measured over 237
# small documents, scans and photos and 10 photos of 12 megapixels, on two busy cores of a shared
# x86-64 machine (bench/step_seconds.py, docs/planning.md). Scans to read by OCR take far longer
# than these averages, text and photos far less.
STEP_SECONDS: dict[str, tuple[float, float]] = {
    "validate": (0.0035, 0.0246),
    "describe": (0.0002, 0.0005),
    "render": (0.0071, 0.0279),
    "read": (0.2089, 0.0417),
    "generate_events": (0.0006, 0.0003),
}
MB = 1_000_000
# Assumed, not measured: what S3 and Fargate usually take in one region.
REQUEST_S = 0.02
TRANSFER_S_A_MB = 1 / 80
TASK_START_S = 40.0  # placing the task and pulling the image
GROUP_STEP_S_A_FILE = 0.002  # bulk upload
RUN_STEP_S = 10.0  # each step over the whole run, however small it is
RUN_STEP_S_A_FILE = 0.0002
LAMBDA_GB = 1.769  # one vCPU

# S3 requests a file: its record and its renditions; the file, its record from before under the
# names it can have, and its record again for the upload.
PUTS_A_FILE = 3
GETS_A_FILE = 5
PUTS_A_GROUP = 5
KEYS_A_LIST = 1000

# Quotas, see `binding`.
CHILDREN_AT_ONCE = 10_000  # of a Distributed Map
FARGATE_VCPUS = 6  # what a new account starts with; Service Quotas code L-3032A538
LAUNCH_BURST = 100  # Fargate tasks at once, then LAUNCHES_A_SECOND
LAUNCHES_A_SECOND = 20
EVENTS_A_CHILD = 25_000  # history of one standard execution
EVENTS_A_STATE = 5


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be run. `listed` counts the skipped as well."""

    files: int
    bytes: int
    groups: int
    listed: int
    steps: tuple[str, ...]
    max_concurrency: int = 300
    vcpus: float = 2.0  # of a worker task
    memory_gb: float = 8.0
    storage_gb: float = 50.0
    textract_pages: int = 0  # at most; the contents are not known before the run


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """One service's part."""

    service: str
    amount: str  # of what, for people
    dollars: float


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """Before the run. Times in seconds; dollars without the database, see `prices`."""

    tasks: int
    tasks_at_once: int
    launch_s: float
    task_s: float
    total_s: float
    charges: tuple[Charge, ...]
    binding: tuple[str, ...]

    @property
    def dollars(self) -> float:
        """All services together."""
        return sum(charge.dollars for charge in self.charges)


def estimate(work: Workload) -> Estimate:
    """The estimate of a workload."""
    at_once = min(work.groups, work.max_concurrency, CHILDREN_AT_ONCE)
    task_s = _task_seconds(work) if work.groups else 0.0
    launch_s = max(0, at_once - LAUNCH_BURST) / LAUNCHES_A_SECOND
    rounds = ceil(work.groups / at_once) if at_once else 0
    total_s = launch_s + rounds * task_s + sum(_group_and_run_seconds(work))
    return Estimate(
        tasks=work.groups,
        tasks_at_once=at_once,
        launch_s=launch_s,
        task_s=task_s,
        total_s=total_s,
        charges=tuple(_charges(work, task_s)),
        binding=tuple(binding(work)),
    )


def _charges(work: Workload, task_s: float) -> Iterator[Charge]:
    yield from (_fargate(work, task_s), _lambda(work), _s3(work), _step_functions(work))
    if work.textract_pages:
        yield Charge(
            service="Textract",
            amount=f"{work.textract_pages:,} pages, were every file one page without text",
            dollars=work.textract_pages * prices.TEXTRACT_PAGE,
        )


def worker_seconds(work: Workload) -> float:
    """Seconds of one worker process that all files take together: the steps, and waiting for S3."""
    costs = [STEP_SECONDS[name] for name in work.steps if BY_NAME[name].scope is Scope.FILE]
    costs.append(((PUTS_A_FILE + GETS_A_FILE) * REQUEST_S, TRANSFER_S_A_MB))
    return sum(work.files * a_file + work.bytes / MB * a_mb for a_file, a_mb in costs)


def _task_seconds(work: Workload) -> float:
    """One average task: its start, and its files in one process a vCPU."""
    return TASK_START_S + worker_seconds(work) / work.groups / work.vcpus


def _group_and_run_seconds(work: Workload) -> tuple[float, float]:
    scopes = [BY_NAME[name].scope for name in work.steps]
    a_group = work.files / work.groups if work.groups else 0.0
    return (
        scopes.count(Scope.GROUP) * a_group * GROUP_STEP_S_A_FILE,
        scopes.count(Scope.RUN) * (RUN_STEP_S + work.listed * RUN_STEP_S_A_FILE),
    )


def _fargate(work: Workload, task_s: float) -> Charge:
    hours = work.groups * max(task_s, prices.FARGATE_LEAST_S) / 3600
    storage = max(0.0, work.storage_gb - prices.FARGATE_STORAGE_INCLUDED_GB)
    rate = (
        work.vcpus * prices.FARGATE_VCPU_HOUR
        + work.memory_gb * prices.FARGATE_GB_HOUR
        + storage * prices.FARGATE_STORAGE_GB_HOUR
    )
    amount = f"{hours:,.2f} hours of {work.vcpus:g} vCPU, {work.memory_gb:g} GB"
    return Charge(service="Fargate", amount=amount, dollars=hours * rate)


def _lambda(work: Workload) -> Charge:
    group_s, run_s = _group_and_run_seconds(work)
    seconds = group_s * work.groups + run_s
    calls = sum(
        {Scope.GROUP: work.groups, Scope.RUN: 1}.get(BY_NAME[name].scope, 0) for name in work.steps
    )
    dollars = seconds * LAMBDA_GB * prices.LAMBDA_GB_SECOND + calls * prices.LAMBDA_REQUEST
    return Charge(service="Lambda", amount=f"{calls:,} calls, {seconds:,.0f} s", dollars=dollars)


def _s3(work: Workload) -> Charge:
    lists = len(RECORD_PREFIXES) + ceil(work.listed / KEYS_A_LIST)
    lists += ceil((work.listed - work.files) / KEYS_A_LIST)  # their records
    puts = work.files * PUTS_A_FILE + work.groups * PUTS_A_GROUP
    gets = work.files * GETS_A_FILE
    dollars = lists * prices.S3_LIST + puts * prices.S3_PUT + gets * prices.S3_GET
    amount = f"{lists:,} LIST, {puts:,} PUT, {gets:,} GET"
    return Charge(service="S3 requests", amount=amount, dollars=dollars)


def _step_functions(work: Workload) -> Charge:
    scopes = [BY_NAME[name].scope for name in work.steps]
    a_child = 2 + scopes.count(Scope.GROUP)  # start, the FILE steps' task, the GROUP steps
    transitions = work.groups * a_child + 2 + scopes.count(Scope.RUN)
    return Charge(
        service="Step Functions",
        amount=f"{transitions:,} transitions",
        dollars=transitions * prices.STEP_FUNCTIONS_TRANSITION,
    )


def binding(work: Workload) -> list[str]:
    """The quotas this workload meets, each with its numbers and what follows from it."""
    at_once = min(work.groups, work.max_concurrency)
    vcpus = at_once * work.vcpus
    found: list[str] = []
    if work.max_concurrency > CHILDREN_AT_ONCE:
        found.append(
            f"Distributed Map: {work.max_concurrency:,} children at once asked for, "
            f"{CHILDREN_AT_ONCE:,} run"
        )
    if vcpus > FARGATE_VCPUS:
        found.append(
            f"Fargate vCPUs: {vcpus:,.0f} at once; a new account has {FARGATE_VCPUS} "
            "(Service Quotas, L-3032A538). Tasks above yours wait and are tried again"
        )
    if at_once > LAUNCH_BURST:
        found.append(
            f"Fargate launches: {at_once:,} tasks; {LAUNCH_BURST} at once, "
            f"then {LAUNCHES_A_SECOND} a second"
        )
    if at_once > LAUNCHES_A_SECOND:
        found.append(
            f"ECS RunTask: {LAUNCHES_A_SECOND} calls a second; throttled calls are tried again"
        )
    events = EVENTS_A_STATE * (len(work.steps) + 2)
    if events > EVENTS_A_CHILD:
        found.append(f"Execution history: {events:,} events of {EVENTS_A_CHILD:,}")
    return found
