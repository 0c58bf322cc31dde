from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib import request as http

import pytest

from schedulerx.cloud.clock import VirtualClock
from tests.cloud.test_queue_consumers import left, make_queue
from tests.cloud.world import ROLE, World, unique, until

OFF = {"Mode": "OFF"}


def advance(world: World, seconds: float) -> list[dict[str, Any]]:
    body = json.dumps({"advance_seconds": seconds}).encode()
    url = f"{world.cloud.endpoint_url}/_rehearsal/clock"
    with http.urlopen(http.Request(url, data=body, method="POST")) as answer:
        fired: list[dict[str, Any]] = json.loads(answer.read())["fired"]
    return fired


def in_seconds(world: World, seconds: float) -> str:
    return f"at({world.clock.now() + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S})"


def schedule(world: World, expression: str, target: dict[str, Any], **more: Any) -> str:
    name = unique("post")
    world.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=expression,
        FlexibleTimeWindow=OFF,
        Target={"RoleArn": ROLE, **target},
        **more,
    )
    return name


def names(world: World) -> set[str]:
    return {s["Name"] for s in world.client("scheduler").list_schedules()["Schedules"]}


def bodies(world: World, url: str) -> list[str]:
    received = world.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"] for message in received.get("Messages", [])]


def test_a_one_time_schedule_fires_once_and_is_deleted(world: World) -> None:
    url, arn = make_queue(world)
    target = {"Arn": arn, "Input": '{"at": "<aws.scheduler.scheduled-time>"}'}
    expression = in_seconds(world, 60)
    name = schedule(world, expression, target, ActionAfterCompletion="DELETE")
    advance(world, 30)
    assert left(world, url) == 0
    assert [f["name"] for f in advance(world, 31)] == [name]
    assert advance(world, 3600) == []
    assert bodies(world, url) == [json.dumps({"at": expression[3:-1] + "Z"})]
    assert name not in names(world)


def test_without_delete_a_completed_schedule_stays_and_does_not_fire_again(world: World) -> None:
    url, arn = make_queue(world)
    name = schedule(world, in_seconds(world, 5), {"Arn": arn, "Input": "{}"})
    advance(world, 10)
    advance(world, 10)
    assert left(world, url) == 1
    assert name in names(world)


def test_a_rate_fires_for_every_time_that_passed_in_order(world: World) -> None:
    url, arn = make_queue(world)
    name = schedule(world, "rate(1 minutes)", {"Arn": arn, "Input": "{}"})
    fired = [f for f in advance(world, 180) if f["name"] == name]
    assert [f["time"] for f in fired] == sorted(f["time"] for f in fired)
    assert (len(fired), left(world, url)) == (3, 3)
    world.client("scheduler").delete_schedule(Name=name)
    assert advance(world, 60) == []


def test_a_disabled_schedule_does_not_fire(world: World) -> None:
    _, arn = make_queue(world)
    schedule(world, in_seconds(world, 5), {"Arn": arn, "Input": "{}"}, State="DISABLED")
    assert advance(world, 10) == []


def test_the_zone_of_a_schedule_is_respected(world: World) -> None:
    _, arn = make_queue(world)
    local = (world.clock.now() + timedelta(hours=9, seconds=60)).strftime("%Y-%m-%dT%H:%M:%S")
    target = {"Arn": arn, "Input": "{}"}
    zone = "Asia/Tokyo"
    name = schedule(world, f"at({local})", target, ScheduleExpressionTimezone=zone)
    assert [f["name"] for f in advance(world, 61)] == [name]


def test_an_execution_is_named_after_the_schedule_and_its_time(world: World) -> None:
    machine = world.machine({"Pass": {"Type": "Pass", "End": True}})
    name = schedule(world, in_seconds(world, 5), {"Arn": machine, "Input": '{"post": 1}'})
    advance(world, 10)
    client = world.client("stepfunctions")
    executions = client.list_executions(stateMachineArn=machine)["executions"]
    assert len(executions) == 1
    assert executions[0]["name"].startswith(f"{name}-")
    described = client.describe_execution(executionArn=executions[0]["executionArn"])
    assert json.loads(described["input"]) == {"post": 1}


def test_a_universal_target_calls_the_api_it_names(world: World) -> None:
    machine = world.machine({"Pass": {"Type": "Pass", "End": True}})
    parameters = {"StateMachineArn": machine, "Name": "post-7-attempt-1", "Input": "{}"}
    arn = "arn:aws:scheduler:::aws-sdk:sfn:startExecution"
    schedule(world, in_seconds(world, 5), {"Arn": arn, "Input": json.dumps(parameters)})
    advance(world, 10)
    executions = world.client("stepfunctions").list_executions(stateMachineArn=machine)
    assert [e["name"] for e in executions["executions"]] == ["post-7-attempt-1"]


def test_a_function_is_invoked_with_the_input(world: World) -> None:
    name = world.function()
    arn = world.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    event = {"do": "print", "text": "the schedule rang"}
    schedule(world, in_seconds(world, 5), {"Arn": arn, "Input": json.dumps(event)})
    advance(world, 10)
    log = world.cloud.state / "logs" / "lambda" / f"{name}.log"
    until(lambda: log.exists() and "the schedule rang" in log.read_text(), "the function's log")


def test_what_cannot_be_delivered_goes_to_the_dead_letter_queue(world: World) -> None:
    url, dead = make_queue(world)
    target = {
        "Arn": "arn:aws:states:us-east-1:123456789012:stateMachine:absent",
        "Input": '{"post": 9}',
        "RetryPolicy": {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60},
        "DeadLetterConfig": {"Arn": dead},
    }
    schedule(world, in_seconds(world, 5), target)
    assert "dead-letter queue" in advance(world, 10)[0]["outcome"]
    assert bodies(world, url) == ['{"post": 9}']


def test_a_clock_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="does not go back"):
        VirtualClock().advance(-1)


def test_stacks_make_and_delete_groups_and_schedules(world: World) -> None:
    url, arn = make_queue(world)
    group = unique("posts")
    properties = {
        "Name": "daily",
        "GroupName": {"Ref": "Group"},
        "ScheduleExpression": in_seconds(world, 5),
        "FlexibleTimeWindow": OFF,
        "Target": {"Arn": arn, "RoleArn": ROLE, "Input": "{}"},
    }
    stack = world.stack(
        {
            "Group": {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": group}},
            "Daily": {"Type": "AWS::Scheduler::Schedule", "Properties": properties},
        },
        {"Arn": {"Fn::GetAtt": ["Group", "Arn"]}, "Name": {"Ref": "Daily"}},
    )
    assert world.outputs(stack)["Arn"].endswith(f":schedule-group/{group}")
    assert world.outputs(stack)["Name"] == "daily"
    advance(world, 10)
    assert left(world, url) == 1
    world.client("cloudformation").delete_stack(StackName=stack)
    groups = world.client("scheduler").list_schedule_groups()["ScheduleGroups"]
    assert group not in {g["Name"] for g in groups}
