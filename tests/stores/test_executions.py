from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from schedulerx.errors import ConfigurationError, RetryableError
from schedulerx.stores.executions import ExecutionInput, Executions, GroupsFile, Progress

ROLE = "arn:aws:iam::123456789012:role/machine"
ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:Pipeline"
MAP_RUN = f"{ARN.replace('stateMachine', 'mapRun')}/groups:1"
GIVEN = ExecutionInput(
    run_id="plan-1",
    groups=GroupsFile(bucket="b", key="runs/plan-1/groups.ndjson", count=1),
    max_concurrency=3,
    steps=("validate",),
)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        made = boto3.client("stepfunctions", region_name="us-east-1")
        definition = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
        made.create_state_machine(name="Pipeline", definition=json.dumps(definition), roleArn=ROLE)
        yield made


def test_an_execution_is_started_once_and_found_again(client: Any) -> None:
    executions = Executions(ARN, client)
    assert executions.status("plan-1") is None
    arn = executions.start(GIVEN)
    assert arn == executions.start(GIVEN) == executions.arn("plan-1")
    assert executions.status("plan-1") == "RUNNING"
    assert list(executions.running()) == ["plan-1"]
    assert json.loads(client.describe_execution(executionArn=arn)["input"])["run_id"] == "plan-1"


def test_a_name_that_ended_before_is_not_an_error(client: Any) -> None:
    executions = Executions(ARN, client)
    client.stop_execution(executionArn=executions.start(GIVEN))
    with Stubber(client) as stub:
        stub.add_client_error("start_execution", "ExecutionAlreadyExists")
        assert executions.start(GIVEN) == executions.arn("plan-1")
    assert executions.status("plan-1") == "ABORTED"
    assert list(executions.running()) == []


def test_a_machine_that_is_not_there_is_named(client: Any) -> None:
    with pytest.raises(ConfigurationError, match="There is no state machine Other: deploy"):
        Executions(ARN.replace("Pipeline", "Other"), client).start(GIVEN)


def described(status: str, **more: str) -> dict[str, Any]:
    return {"executionArn": "a" * 20, "stateMachineArn": ARN, "status": status, **more} | {
        "startDate": 0
    }


def counts(**given: int) -> dict[str, int]:
    kinds = ("pending", "running", "succeeded", "failed", "timedOut", "aborted", "total")
    return dict.fromkeys((*kinds, "resultsWritten"), 0) | given


def map_run(**given: int) -> dict[str, Any]:
    return {
        "mapRunArn": MAP_RUN,
        "executionArn": "a" * 20,
        "status": "RUNNING",
        "startDate": 0,
        "maxConcurrency": 3,
        "toleratedFailurePercentage": 0,
        "toleratedFailureCount": 0,
        "itemCounts": counts(**given),
        "executionCounts": counts(**given),
    }


def test_progress_counts_groups_and_names_the_state(client: Any) -> None:
    entered = {"timestamp": 0, "type": "MapStateEntered", "id": 2}
    entered["stateEnteredEventDetails"] = {"name": "Process groups"}
    run = {"executionArn": "a", "mapRunArn": MAP_RUN, "stateMachineArn": ARN, "startDate": 0}
    with Stubber(client) as stub:
        stub.add_response("describe_execution", described("RUNNING"))
        stub.add_response("list_map_runs", {"mapRuns": [run]})
        stub.add_response("describe_map_run", map_run(total=9, succeeded=4, failed=1, timedOut=1))
        later = {"timestamp": 0, "type": "MapRunStarted", "id": 3}
        stub.add_response("get_execution_history", {"events": [later, entered]})
        progress = Executions(ARN, client).progress("plan-1")
    assert progress == Progress(
        status="RUNNING", state="Process groups", groups=9, groups_done=4, groups_failed=2
    )
    assert not progress.ended


def test_an_ended_execution_tells_why(client: Any) -> None:
    with Stubber(client) as stub:
        stub.add_response("describe_execution", described("FAILED", error="Bad", cause="disk"))
        stub.add_response("list_map_runs", {"mapRuns": []})
        progress = Executions(ARN, client).progress("plan-1")
    assert progress == Progress(status="FAILED", error="Bad: disk")
    assert progress.ended


def test_a_throttled_question_may_be_asked_again(client: Any) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("describe_execution", "ThrottlingException", "Rate exceeded")
        with pytest.raises(RetryableError, match="ThrottlingException Rate exceeded"):
            Executions(ARN, client).progress("plan-1")
