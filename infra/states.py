"""STEPS compiled to Amazon States Language. Pure: no construct, and no step's name.

The FILE steps of a group are one task, so each file is downloaded once; the task's state bears
all their names. GROUP steps follow it in the child of a Distributed Map, RUN steps follow the map.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from schedulerx.pipeline.step import Retry, Scope, Step
from schedulerx.settings import ENV_PREFIX

State = dict[str, object]
States = dict[str, State]

ANY_GROUPS = "Any groups?"
MAP = "Process groups"
FEED = "Feed events API"
MAP_LABEL = "groups"  # part of the children's ARNs
RECORD_FAILURE = "Record failure"
FAILED = "Failed"
RUN_FAILED = "RunFailed"  # the execution's error; its cause begins with what failed
SEPARATOR = ", "  # between the names of the FILE steps
TASK_TIMEOUT_S = 12 * 3600  # a group of 1,000 scans takes minutes; this ends a task that hangs
EXECUTION_TIMEOUT_S = 7 * 24 * 3600

# RunTask is throttled above 20 calls/s, and Fargate's capacity and launch rate are finite:
# nothing is wrong with the group, so it waits for its turn.
LAUNCH_ERRORS = (
    "ECS.AmazonECSException",
    "ECS.ThrottlingException",
    "ECS.ServerException",
    "ThrottlingException",
    "AmazonECS.Unknown",  # RunTask answered, with failures: RESOURCE:..., AGENT, capacity
)
LAUNCH_RETRY = Retry(attempts=30, first_s=5, backoff=1.6, longest_s=180)
# The task ended badly: a Spot interruption, a lost host, a crash. The next one resumes the group.
STOPPED_ERRORS = ("States.TaskFailed",)
STOPPED_RETRY = Retry(attempts=3, first_s=15, backoff=2.0, longest_s=120)
# The function's concurrency is used up: the database is protected by it, so a group waits for its
# turn among thousands: 300 waits of 0 to 300 s are half a day on average.
BUSY_ERRORS = ("Lambda.TooManyRequestsException",)
BUSY_RETRY = Retry(attempts=300, first_s=2, backoff=1.6, longest_s=300)
CALL_ERRORS = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "RetryableError",  # of schedulerx.errors, by its name
)
# What an API took is remembered, so each attempt goes further, and a cut costs one batch. One that
# is silent is asked for about an hour and a half.
CUT_ERRORS = ("Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout")
FEED_RETRY = Retry(attempts=40, first_s=5, backoff=2.0, longest_s=300)


@dataclass(frozen=True, kw_only=True)
class Targets:
    """The resources that states name."""

    cluster_arn: str
    task_definition_arn: str
    container: str
    subnets: Sequence[str]
    security_groups: Sequence[str]
    spot: bool
    group_step_arn: str
    run_step_arn: str
    record_failure_arn: str
    feed_group_arn: str | None = None  # where runs may feed another deployment


def compile_steps(steps: Sequence[Step], targets: Targets) -> dict[str, object]:
    """The state machine's definition.

    Its input: `run_id`, `groups` (bucket and key of the groups' lines, and their count),
    `max_concurrency`.
    """
    run_states = _run_states(_of(steps, Scope.RUN), targets)
    first = next(iter(run_states))
    process_groups = {**_map_state(steps, targets), "Next": first}
    return {
        "Comment": "Compiled from schedulerx/pipeline/definition.py",
        "QueryLanguage": "JSONPath",
        "TimeoutSeconds": EXECUTION_TIMEOUT_S,
        "StartAt": ANY_GROUPS,
        "States": {
            ANY_GROUPS: _any_groups(first),
            MAP: process_groups,
            **run_states,
            **_failure_states(targets),
        },
    }


def _any_groups(first_run_state: str) -> State:
    """A run of RUN steps alone has no group, and a reader of no lines is not relied upon."""
    return {
        "Type": "Choice",
        "Choices": [{"Variable": "$.groups.count", "NumericGreaterThan": 0, "Next": MAP}],
        "Default": first_run_state,
    }


def _of(steps: Iterable[Step], scope: Scope) -> list[Step]:
    return [step for step in steps if step.scope is scope]


def _map_state(steps: Sequence[Step], targets: Targets) -> State:
    """One child execution a line of `groups.ndjson`. No failure is tolerated: one fails the map."""
    return {
        "Type": "Map",
        "Label": MAP_LABEL,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket.$": "$.groups.bucket", "Key.$": "$.groups.key"},
        },
        "ItemSelector": {"run_id.$": "$.run_id", "group.$": "$$.Map.Item.Value"},
        "MaxConcurrencyPath": "$.max_concurrency",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            **_group_states(steps, targets),
        },
        "ResultPath": None,
        "Catch": _catch(),
    }


def _group_states(steps: Sequence[Step], targets: Targets) -> dict[str, object]:
    task = _task_state(targets)
    group_steps = [
        (step.name, _call_state(targets.group_step_arn, step, "$.group"))
        for step in _of(steps, Scope.GROUP)
    ]
    if targets.feed_group_arn:
        group_steps.append((FEED, _feed_state(targets.feed_group_arn)))
    task_name = SEPARATOR.join(step.name for step in _of(steps, Scope.FILE))
    states = _chain([(task_name, task), *group_steps])
    # The outputs of all children together may not pass 256 KiB: each ends with an empty object.
    states[next(reversed(states))] |= {"OutputPath": None, "End": True}
    return {"StartAt": task_name, "States": states}


def _run_states(steps: Iterable[Step], targets: Targets) -> States:
    states = _chain(
        [
            (step.name, {**_call_state(targets.run_step_arn, step), "Catch": _catch()})
            for step in steps
        ]
    )
    states[next(reversed(states))] |= {"End": True}
    return states


def _chain(named: Sequence[tuple[str, State]]) -> States:
    """Each state leads to the next; the last one leads nowhere yet."""
    states = {name: dict(state) for name, state in named}
    for name, following in pairwise(list(states)):
        states[name]["Next"] = following
    return states


def _task_state(targets: Targets) -> State:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::ecs:runTask.sync",
        "TimeoutSeconds": TASK_TIMEOUT_S,
        "Parameters": {
            "Cluster": targets.cluster_arn,
            "TaskDefinition": targets.task_definition_arn,
            **capacity(spot=targets.spot),
            "NetworkConfiguration": network(targets.subnets, targets.security_groups),
            "Overrides": {"ContainerOverrides": [_override(targets.container)]},
        },
        "ResultPath": None,
        "Retry": [retry(LAUNCH_ERRORS, LAUNCH_RETRY), retry(STOPPED_ERRORS, STOPPED_RETRY)],
    }


def network(
    subnets: Sequence[str], security_groups: Sequence[str], *, address: bool = False
) -> State:
    """Where a task starts; `address`: with a public one."""
    return {
        "AwsvpcConfiguration": {
            "Subnets": list(subnets),
            "SecurityGroups": list(security_groups),
            "AssignPublicIp": "ENABLED" if address else "DISABLED",
        }
    }


def capacity(*, spot: bool) -> State:
    """What a task runs on."""
    if spot:
        return {"CapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]}
    return {"LaunchType": "FARGATE"}


def _override(container: str) -> State:
    """A group's line is some 150 bytes; ECS takes overrides of up to 8 KiB."""
    return {
        "Name": container,
        "Environment": [
            {"Name": f"{ENV_PREFIX}RUN_ID", "Value.$": "$.run_id"},
            {"Name": f"{ENV_PREFIX}GROUP", "Value.$": "States.JsonToString($.group)"},
        ],
    }


def _call_state(function_arn: str, step: Step, group_path: str | None = None) -> State:
    payload: State = {"step": step.name, "run_id.$": "$.run_id"}
    if group_path:
        payload["group.$"] = group_path
    again = [retry(BUSY_ERRORS, BUSY_RETRY), retry(CALL_ERRORS, step.retry)]
    return _invoke_state(function_arn, payload, again)


def _invoke_state(function_arn: str, payload: State, again: list[State]) -> State:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function_arn, "Payload": payload},
        "ResultPath": None,
        "Retry": again,
    }


def _feed_state(function_arn: str) -> State:
    payload: State = {"run_id.$": "$.run_id", "group.$": "$.group"}
    again = [retry(BUSY_ERRORS, BUSY_RETRY), retry((*CALL_ERRORS, *CUT_ERRORS), FEED_RETRY)]
    return _invoke_state(function_arn, payload, again)


def _failure_states(targets: Targets) -> States:
    return {
        RECORD_FAILURE: {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {
                "FunctionName": targets.record_failure_arn,
                "Payload": {
                    "run_id.$": "$.run_id",
                    "error.$": "$.failure.Error",
                    "cause.$": "$.failure.Cause",
                },
            },
            "ResultPath": None,
            "Retry": [retry(BUSY_ERRORS, BUSY_RETRY), retry(CALL_ERRORS, Retry())],
            # What cannot be recorded still fails, with its own reason.
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": FAILED}],
            "Next": FAILED,
        },
        FAILED: {
            "Type": "Fail",
            # Not by ErrorPath: an error of one's own may not begin with "States.", as most do.
            "Error": RUN_FAILED,
            "CausePath": "States.Format('{}: {}', $.failure.Error, $.failure.Cause)",
        },
    }


def retry(errors: Sequence[str], how: Retry) -> State:
    """A state's retry of errors by their names."""
    return {
        "ErrorEquals": list(errors),
        "IntervalSeconds": how.first_s,
        "BackoffRate": how.backoff,
        "MaxAttempts": how.attempts,
        "MaxDelaySeconds": how.longest_s,
        "JitterStrategy": "FULL",
    }


def _catch() -> list[State]:
    return [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": RECORD_FAILURE}]
