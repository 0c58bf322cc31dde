"""The phases of a post compiled to Amazon States Language. Pure: no construct, no phase's name.

One machine, two inputs. `{"post_id"}`: starts an execution for each of the post's targets that
wait, so none waits for another. `{"post_id", "target_id"}`: takes that target through the phases.
Each phase answers which one is next and after how many seconds; waiting is a state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from infra.states import (
    BUSY_ERRORS,
    BUSY_RETRY,
    CALL_ERRORS,
    LAUNCH_ERRORS,
    LAUNCH_RETRY,
    State,
    States,
    capacity,
    network,
    retry,
)
from schedulerx.pipeline.step import Retry
from schedulerx.posts.definition import CONVERSION_S, PUT_OFF, Phase
from schedulerx.settings import ENV_PREFIX

WHICH = "One target?"
FIND = "Find targets"
START_EACH = "Start each target"
START = "Start target"
STARTED_BEFORE = "Started before"
WAIT = "Wait"
GO_ON = "Go on"
TASK = "Convert media"
AFTER_TASK = "Try again later"
END = "Done"
LEFT = "Left to the sweep"
LEFT_ERROR = "LeftToTheSweep"
# A platform may take a day, and retries half of one; what takes longer is swept up.
EXECUTION_TIMEOUT_S = 3 * 24 * 3600
CALL_RETRY = Retry(attempts=6, first_s=2, longest_s=60)
START_RETRY = Retry(attempts=8, first_s=1, longest_s=60)
ALREADY = "StepFunctions.ExecutionAlreadyExistsException"


@dataclass(frozen=True, kw_only=True)
class PublishingTargets:
    """The resources that states name."""

    publish_post_arn: str
    publish_phase_arn: str
    cluster_arn: str
    task_definition_arn: str
    container: str
    subnets: Sequence[str]
    security_groups: Sequence[str]
    address: bool  # a public one, for the task
    spot: bool


def compile_phases(phases: Sequence[Phase], targets: PublishingTargets) -> dict[str, object]:
    """The state machine's definition."""
    return {
        "Comment": "Compiled from schedulerx/posts/definition.py",
        "QueryLanguage": "JSONPath",
        "TimeoutSeconds": EXECUTION_TIMEOUT_S,
        "StartAt": WHICH,
        "States": {
            WHICH: {
                "Type": "Choice",
                "Choices": [{"Variable": "$.target_id", "IsPresent": True, "Next": phases[0].name}],
                "Default": FIND,
            },
            **_starting(targets),
            **{phase.name: _call(targets, phase.name) for phase in phases},
            **_between(phases, targets),
        },
    }


def _starting(targets: PublishingTargets) -> States:
    """An execution a target, side by side."""
    return {
        FIND: {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {
                "FunctionName": targets.publish_post_arn,
                "Payload": {"post_id.$": "$.post_id"},
            },
            "ResultSelector": {"targets.$": "$.Payload.targets"},
            "Retry": _retries(),
            "Catch": _catch(),
            "Next": START_EACH,
        },
        START_EACH: {
            "Type": "Map",
            "ItemsPath": "$.targets",
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": START,
                "States": {START: _start(), STARTED_BEFORE: {"Type": "Pass", "End": True}},
            },
            "ResultPath": None,
            "Catch": _catch(),
            "Next": END,
        },
    }


def _start() -> State:
    """Under the target's own name: one that was started before is not again."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {
            "StateMachineArn.$": "$$.StateMachine.Id",
            "Name.$": "$.name",
            "Input": {"post_id.$": "$.post_id", "target_id.$": "$.target_id"},
        },
        "ResultPath": None,
        "Retry": [
            {"ErrorEquals": [ALREADY], "MaxAttempts": 0},
            retry(["States.ALL"], START_RETRY),
        ],
        "Catch": [{"ErrorEquals": [ALREADY], "ResultPath": None, "Next": STARTED_BEFORE}],
        "End": True,
    }


def _call(targets: PublishingTargets, name: str, more: State | None = None) -> State:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {
            "FunctionName": targets.publish_phase_arn,
            "Payload": {
                "phase": name,
                "post_id.$": "$.post_id",
                "target_id.$": "$.target_id",
                "claim.$": "$$.Execution.Name",
                "began_at.$": "$$.Execution.StartTime",
                **(more or {}),
            },
        },
        "ResultSelector": {
            name: f"$.Payload.{name[:-2]}" for name in ("phase.$", "wait_s.$", "in_task.$")
        },
        "ResultPath": "$.next",
        "Retry": _retries(),
        "Catch": _catch(),
        "Next": WAIT,
    }


def _between(phases: Sequence[Phase], targets: PublishingTargets) -> States:
    """What lies between two phases, and the ends."""
    heavy = [phase for phase in phases if phase.in_task]
    return {
        WAIT: {"Type": "Wait", "SecondsPath": "$.next.wait_s", "Next": GO_ON},
        GO_ON: {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.next.in_task", "BooleanEquals": True, "Next": TASK},
                *(
                    {"Variable": "$.next.phase", "StringEquals": phase.name, "Next": phase.name}
                    for phase in phases
                ),
            ],
            "Default": END,
        },
        # What it converts is found by the phase after it; so is that it could not be converted.
        TASK: {**_conversion(targets), "Next": heavy[0].name},
        AFTER_TASK: _call(targets, PUT_OFF, {"why.$": "$.failure.Error"}),
        END: {"Type": "Succeed"},
        LEFT: {
            "Type": "Fail",
            "Error": LEFT_ERROR,
            "CausePath": "States.Format('{}: {}', $.failure.Error, $.failure.Cause)",
        },
    }


def _conversion(targets: PublishingTargets) -> State:
    told = {"Name": f"{ENV_PREFIX}CONVERT", "Value.$": "$.target_id"}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::ecs:runTask.sync",
        "TimeoutSeconds": CONVERSION_S,
        "Parameters": {
            "Cluster": targets.cluster_arn,
            "TaskDefinition": targets.task_definition_arn,
            **capacity(spot=targets.spot),
            "NetworkConfiguration": network(
                targets.subnets, targets.security_groups, address=targets.address
            ),
            "Overrides": {
                "ContainerOverrides": [{"Name": targets.container, "Environment": [told]}]
            },
        },
        "ResultPath": None,
        "Retry": [retry(LAUNCH_ERRORS, LAUNCH_RETRY)],
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": AFTER_TASK}],
    }


def _retries() -> list[State]:
    return [retry(BUSY_ERRORS, BUSY_RETRY), retry(CALL_ERRORS, CALL_RETRY)]


def _catch() -> list[State]:
    """Whatever else fails leaves the target as the ledger has it, where the sweep finds it."""
    return [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": LEFT}]
