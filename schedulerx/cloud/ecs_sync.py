"""Gap: `ecs:runTask.sync` succeeds whatever the container's exit code, and outlives its state.

As the service does: a non-zero exit code fails the state with `States.TaskFailed` and the task's
description as the cause; a state that times out or is aborted stops its task; API errors are
named `ECS.…`. Waiting is on the process, not by polling the API.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from botocore.exceptions import ClientError
from moto.ecs.models import ecs_backends
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name import (
    custom_error_name,
    failure_event,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_ecs import (  # noqa: E501  (moto's path)
    StateTaskServiceEcs,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from schedulerx.cloud.ecs_tasks import Runs
from schedulerx.cloud.host import ACCOUNT, Host
from schedulerx.cloud.state_errors import task_failure

LOOK_SECONDS = 0.5  # how soon an aborted state is noticed


def install(host: Host, runs: Runs) -> None:
    """Replaces how the integration waits and ends."""
    original_sync = StateTaskServiceEcs._eval_sync  # noqa: SLF001  (moto's own hook)
    original_error = StateTaskServiceEcs._from_error  # noqa: SLF001

    def resolver(
        self: Any,
        env: Any,
        resource_runtime_part: Any,
        normalised_parameters: Any,  # noqa: ARG001  (moto's signature)
        state_credentials: Any,  # noqa: ARG001
    ) -> Callable[[], Any]:
        submitted = env.stack.pop()["Tasks"][0]
        task = _task(resource_runtime_part.region, submitted["TaskArn"])
        client = host.client("ecs", resource_runtime_part.region)

        def resolve() -> Any:
            if not task.finished.wait(LOOK_SECONDS):
                return None
            described = client.describe_tasks(
                cluster=submitted["ClusterArn"], tasks=[submitted["TaskArn"]]
            )
            self._normalise_response(described, service_action_name="describe_tasks")
            return _outcome(
                self, env, json.loads(json.dumps(described["Tasks"][0], default=_millis))
            )

        resolve.task = task  # type: ignore[attr-defined]  # read by `sync` below
        return resolve

    def sync(self: Any, env: Any, sync_resolver: Any, **named: Any) -> Any:
        outcome = original_sync(self, env=env, sync_resolver=sync_resolver, **named)
        if not sync_resolver.task.finished.is_set():
            runs.stop(sync_resolver.task, "Stopped by Step Functions")
        return outcome

    def from_error(self: Any, env: Any, ex: Exception) -> Any:
        return _named(self, env, ex) or original_error(self, env=env, ex=ex)

    host.patch(StateTaskServiceEcs, "_build_sync_resolver", resolver)
    host.patch(StateTaskServiceEcs, "_eval_sync", sync)
    host.patch(StateTaskServiceEcs, "_from_error", from_error)


def _task(region: str, arn: str) -> Any:
    clusters = ecs_backends[ACCOUNT][region].tasks.values()
    return next(task for cluster in clusters for task in cluster.values() if task.task_arn == arn)


def _millis(instant: datetime) -> int:
    """Times as Step Functions writes them: milliseconds since 1970."""
    return int(instant.timestamp() * 1000)


def _outcome(service: Any, env: Any, task: dict[str, Any]) -> dict[str, Any]:
    codes = [container.get("ExitCode") for container in task.get("Containers", [])]
    if any(code != 0 for code in codes):
        raise task_failure(env, service, json.dumps(task))
    return task


def _named(service: Any, env: Any, error: Exception) -> Any:
    """`ECS.ThrottlingException` and its like from an API error; None for anything else."""
    if not isinstance(error, ClientError):
        return None
    code = error.response["Error"]["Code"]
    name = f"ECS.{code if code.endswith('Exception') else code + 'Exception'}"
    details = TaskFailedEventDetails(
        resource=service._get_sfn_resource(),  # noqa: SLF001  (moto's own helper)
        resourceType=service._get_sfn_resource_type(),  # noqa: SLF001
        error=name,
        cause=error.response["Error"]["Message"],
    )
    return failure_event.FailureEvent(
        env=env,
        error_name=custom_error_name.CustomErrorName(name),
        event_type=HistoryEventType.TaskFailed,
        event_details=cast("EventDetails", {"taskFailedEventDetails": details}),
    )
