from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cloud.world import FAST_RETRY, ROLE, World, unique, until

PASS = {"Type": "Pass", "End": True}


def invoke_state(function: str, **more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload.$": "$"},
        "OutputPath": "$.Payload",
        "End": True,
        **more,
    }


def map_state(bucket: str, key: str, states: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": bucket, "Key": key},
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": next(iter(states)),
            "States": states,
        },
        "End": True,
        **more,
    }


def lines(world: World, items: list[Any]) -> tuple[str, str]:
    """Puts items as JSON Lines; (bucket, key)."""
    bucket = unique("lines")
    s3 = world.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="l.ndjson", Body="\n".join(map(json.dumps, items)))
    return bucket, "l.ndjson"


def task_definition(world: World, *, environment: dict[str, str] | None = None) -> str:
    """A Fargate definition without memory on the container; its ARN."""
    pairs = [{"name": k, "value": v} for k, v in (environment or {}).items()]
    registered = world.client("ecs").register_task_definition(
        family=unique("worker"),
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "worker", "image": "rehearsal", "environment": pairs}],
    )
    return str(registered["taskDefinition"]["taskDefinitionArn"])


@pytest.fixture(scope="module")
def subnet(world: World) -> str:
    world.client("ecs").create_cluster(clusterName="cluster")
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return str(ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"])


def run_task_state(definition: str, subnet: str, variables: list[Any], **more: Any) -> Any:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::ecs:runTask.sync",
        "Parameters": {
            "Cluster": "cluster",
            "TaskDefinition": definition,
            "LaunchType": "FARGATE",
            "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [subnet]}},
            "Overrides": {"ContainerOverrides": [{"Name": "worker", "Environment": variables}]},
        },
        "End": True,
        **more,
    }


def test_a_machine_made_by_cloudformation_executes(world: World) -> None:
    definition = json.dumps({"StartAt": "A", "States": {"A": PASS}})
    properties = {"DefinitionString": definition, "RoleArn": ROLE}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    stack = world.stack({"Machine": machine}, {"Arn": {"Ref": "Machine"}})
    ended = world.execute(world.outputs(stack)["Arn"], {"a": 1})
    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"a": 1})


def test_a_failed_function_is_caught_by_its_exception_s_name(world: World) -> None:
    caught = {"ErrorEquals": ["ThrottledByPlatform"], "Next": "Caught", "ResultPath": "$.error"}
    call = invoke_state(world.function(), Catch=[caught])
    machine = world.machine({"Call": call, "Caught": PASS})
    ended = world.execute(machine, {"do": "raise", "message": "slow down"})
    error = json.loads(ended["output"])["error"]
    assert error["Error"] == "ThrottledByPlatform"
    assert json.loads(error["Cause"])["errorMessage"] == "slow down"


def test_a_failed_function_is_retried_by_its_exception_s_name(world: World) -> None:
    retry = [{"ErrorEquals": ["ThrottledByPlatform"], **FAST_RETRY}]
    machine = world.machine({"Call": invoke_state(world.function(), Retry=retry)})
    ended = world.execute(machine, {"do": "raise", "message": "again"})
    assert (ended["status"], ended["error"]) == ("FAILED", "ThrottledByPlatform")
    history = world.client("stepfunctions").get_execution_history(
        executionArn=ended["executionArn"]
    )
    attempts = [e for e in history["events"] if e["type"] == "TaskScheduled"]
    assert len(attempts) == 2


def test_a_distributed_map_reads_lines_from_s3_in_order(world: World) -> None:
    bucket, key = lines(world, [{"n": n} for n in range(5)])
    selector = {"value.$": "$$.Map.Item.Value.n", "run.$": "$.run"}
    state = map_state(
        bucket, key, {"Keep": PASS}, ItemSelector=selector, MaxConcurrencyPath="$.width"
    )
    ended = world.execute(world.machine({"Map": state}), {"width": 2, "run": "r1"})
    assert json.loads(ended["output"]) == [{"value": n, "run": "r1"} for n in range(5)]


def test_a_map_over_many_items_in_one_worker_does_not_recurse(world: World) -> None:
    bucket, key = lines(world, list(range(400)))
    state = map_state(bucket, key, {"Keep": PASS}, MaxConcurrency=1)
    ended = world.execute(world.machine({"Map": state}))
    assert json.loads(ended["output"]) == list(range(400))


def test_a_missing_lines_file_is_an_item_reader_failure(world: World) -> None:
    bucket, _ = lines(world, [])
    ended = world.execute(world.machine({"Map": map_state(bucket, "absent", {"Keep": PASS})}))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.ItemReaderFailed")


FAIL_ON_TWO = {
    "Choose": {
        "Type": "Choice",
        "Choices": [{"Variable": "$", "NumericEquals": 2, "Next": "Bad"}],
        "Default": "Good",
    },
    "Bad": {"Type": "Fail", "Error": "Bad", "Cause": "two is bad"},
    "Good": PASS,
}


def test_one_failed_child_fails_the_map_and_the_execution(world: World) -> None:
    bucket, key = lines(world, [1, 2, 3])
    ended = world.execute(world.machine({"Map": map_state(bucket, key, FAIL_ON_TWO)}))
    assert ended["status"] == "FAILED"
    assert ended["error"] == "States.ExceedToleratedFailureThreshold"
    client = world.client("stepfunctions")
    run = client.list_map_runs(executionArn=ended["executionArn"])["mapRuns"][0]
    described = client.describe_map_run(mapRunArn=run["mapRunArn"])
    assert described["status"] == "FAILED"
    assert described["itemCounts"]["failed"] == 1


def test_a_failed_map_can_be_caught(world: World) -> None:
    bucket, key = lines(world, [1, 2, 3])
    caught = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    state = map_state(bucket, key, FAIL_ON_TWO, Catch=caught)
    ended = world.execute(world.machine({"Map": state, "Caught": PASS}))
    assert json.loads(ended["output"])["Error"] == "States.ExceedToleratedFailureThreshold"


@pytest.mark.parametrize(
    ("threshold", "status"),
    [
        ({"ToleratedFailureCount": 1}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 40}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 20}, "FAILED"),
    ],
)
def test_a_stated_tolerance_is_kept(world: World, threshold: dict[str, int], status: str) -> None:
    bucket, key = lines(world, [1, 2, 3])
    ended = world.execute(world.machine({"Map": map_state(bucket, key, FAIL_ON_TWO, **threshold)}))
    assert ended["status"] == status


def test_each_item_runs_a_task_with_its_own_variables(
    world: World, subnet: str, tmp_path: Path
) -> None:
    bucket, key = lines(world, [{"id": "one"}, {"id": "two"}])
    definition = task_definition(world, environment={"NOTES": str(tmp_path), "COLOUR": "green"})
    variables = [{"Name": "ITEM", "Value.$": "$.id"}]
    state = map_state(bucket, key, {"Run": run_task_state(definition, subnet, variables)})
    ended = world.execute(world.machine({"Map": state}))
    assert ended["status"] == "SUCCEEDED"
    first = json.loads(ended["output"])[0]
    assert (first["LastStatus"], first["Containers"][0]["ExitCode"]) == ("STOPPED", 0)
    notes = [json.loads((tmp_path / f"{name}.json").read_text()) for name in ("one", "two")]
    assert [(n["item"], n["colour"]) for n in notes] == [("one", "green"), ("two", "green")]


def test_a_container_s_exit_code_fails_the_state_by_name(world: World, subnet: str) -> None:
    variables = [{"Name": "EXIT_CODE", "Value": "3"}]
    state = run_task_state(task_definition(world), subnet, variables)
    ended = world.execute(world.machine({"Run": state}))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.TaskFailed")
    task = json.loads(ended["cause"])
    assert task["Containers"][0]["ExitCode"] == 3
    log = world.cloud.state / "logs" / "ecs" / f"{task['TaskArn'].rpartition('/')[2]}.log"
    assert "worker says hello" in log.read_text()


def test_a_state_that_times_out_stops_its_task(world: World, subnet: str) -> None:
    variables = [{"Name": "SLEEP", "Value": "60"}]
    state = run_task_state(task_definition(world), subnet, variables, TimeoutSeconds=2)
    ended = world.execute(world.machine({"Run": state}))
    assert ended["error"] == "States.Timeout"
    ecs = world.client("ecs")

    def stopped() -> bool:
        tasks = ecs.list_tasks(cluster="cluster", desiredStatus="STOPPED")["taskArns"]
        described = ecs.describe_tasks(cluster="cluster", tasks=tasks)["tasks"]
        return any("Step Functions" in task["stoppedReason"] for task in described)

    assert until(stopped, "the stopped task")
