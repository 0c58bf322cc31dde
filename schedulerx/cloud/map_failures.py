"""Gap: a Distributed Map succeeds although its children fail, and recurses once an item.

The tolerated thresholds (0 unless stated) are enforced as the service does: the first failure over
them fails the Map Run with `States.ExceedToleratedFailureThreshold`, starts no further child and
aborts the running ones. Workers take items in a loop; no more start than there are items.
"""

from __future__ import annotations

import json
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    distributed_iteration_component as component,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker as workers,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.job import JobPool
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from schedulerx.cloud.host import Host
from schedulerx.cloud.state_errors import map_failure

EXCEEDED = "The specified tolerated failure threshold was exceeded"


def install(host: Host) -> None:
    """Replaces how a worker takes items and how a Map Run ends."""
    parse = AmazonStateLanguageParser.parse
    host.patch(
        AmazonStateLanguageParser,
        "parse",
        staticmethod(lambda definition: parse(with_decimal_percentages(definition))),
    )
    worker = workers.DistributedItemProcessorWorker
    original = worker._eval_job  # noqa: SLF001  (moto's own hook)

    def eval_job(self: Any, env: Any, job: Any) -> None:
        original(self, env, job)
        record = self._map_run_record
        _tell_failure(host, env, job)
        if exceeds(record, self._job_pool._jobs_number):  # noqa: SLF001  (moto keeps it private)
            job.job_output = map_failure(
                self._env, "StatesExceedToleratedFailureThreshold", EXCEEDED
            )

    host.patch(worker, "_eval_job", eval_job)
    host.patch(worker, "_eval_pool", _eval_pool)
    host.patch(component.DistributedIterationComponent, "_map_run", _map_run)


def exceeds(record: Any, total: int) -> bool:
    """Whether more items failed than the Map Run tolerates. A threshold of 0 is 'not stated'."""
    counter = record.item_counter
    failed = counter.failed.get() + counter.timed_out.get() + counter.aborted.get()
    if not failed:
        return False
    count, percentage = record.tolerated_failure_count, record.tolerated_failure_percentage
    over_count = bool(count) and failed > count
    over_percentage = bool(percentage) and failed * 100 > percentage * total
    return over_count or over_percentage or not (count or percentage)


def with_decimal_percentages(definition: str) -> str:
    """Moto's grammar takes `40.0` alone where the language, and the CDK, say `40`."""

    def decimal(fields: dict[str, Any]) -> dict[str, Any]:
        value = fields.get("ToleratedFailurePercentage")
        changed = {"ToleratedFailurePercentage": float(value)} if isinstance(value, int) else {}
        return fields | changed

    if "ToleratedFailurePercentage" not in definition:
        return definition
    return json.dumps(json.loads(definition, object_hook=decimal))


def _tell_failure(host: Host, env: Any, job: Any) -> None:
    error = getattr(env.program_state(), "error", None)
    if isinstance(error, dict):
        cause = str(error.get("cause", ""))[:300].replace("[", "(").replace("]", ")")
        host.say(f"map     item {job.job_index}  [red]{error.get('error')}[/]  {cause}")


def _eval_pool(self: Any, job: Any, worker_frame: Any) -> None:
    """Takes jobs until none is left, one failed the Map Run, or the worker was stopped."""
    environment, pool = self._env, self._job_pool
    while job is not None:
        frame = worker_frame.open_inner_frame()
        self._eval_job(env=frame, job=job)
        worker_frame.delete_frame(frame)
        ended = isinstance(job.job_output, Exception) or self.stopped()
        following = None if ended else pool.next_job()
        if following is None:  # the frame first: the Map waits for jobs, not for workers
            environment.delete_frame(worker_frame)
        pool.close_job(job)
        job = following
    environment.delete_frame(worker_frame)


def _map_run(self: Any, env: Any, eval_input: Any) -> None:
    """Runs all items; pushes their outputs in order.

    Raises:
        FailureEventException: more failed than tolerated.
    """
    items = env.stack.pop()
    pool = JobPool(job_program=self._get_iteration_program(), job_inputs=items)
    limit = eval_input.map_run_record.max_concurrency or len(items)
    for _ in range(min(limit, len(items))):
        self._launch_worker(env=env, eval_input=eval_input, job_pool=pool)
    pool.await_jobs()
    error = pool.get_worker_exception()
    if error is not None:
        raise error
    env.stack.append([job.job_output for job in pool.get_closed_jobs()])
