from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from schedulerx.posts.starting import Start
from schedulerx.stores.post_executions import PostExecutions

ROLE = "arn:aws:iam::123456789012:role/machine"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
START = Start(target_id=uuid4(), post_id=uuid4(), revision=1, attempt=0, changes=2)


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostExecutions]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("stepfunctions", region_name="us-east-1")
        definition = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
        made = client.create_state_machine(
            name="Publish", definition=json.dumps(definition), roleArn=ROLE
        )
        yield PostExecutions(made["stateMachineArn"], client)


def names(executions: PostExecutions) -> list[str]:
    found = executions.client.list_executions(stateMachineArn=executions.machine_arn)
    return [each["name"] for each in found["executions"]]


def ended(executions: PostExecutions, name: str) -> None:
    """It died, and its target waits still."""
    arn = f"{executions.machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
    executions.client.stop_execution(executionArn=arn)


def test_a_target_is_given_to_its_execution(executions: PostExecutions) -> None:
    assert executions.start_again(START, NOW)

    (found,) = executions.client.list_executions(stateMachineArn=executions.machine_arn)[
        "executions"
    ]
    told = executions.client.describe_execution(executionArn=found["executionArn"])
    assert found["name"] == START.name
    assert json.loads(told["input"]) == {
        "post_id": str(START.post_id), "target_id": str(START.target_id),
    }  # fmt: skip


def test_what_runs_is_not_started_again(executions: PostExecutions) -> None:
    executions.start_again(START, NOW)

    assert not executions.start_again(START, NOW)
    assert names(executions) == [START.name]


def test_what_ended_without_its_target_is_started_again_once_a_quarter_of_an_hour(
    executions: PostExecutions,
) -> None:
    executions.start_again(START, NOW)
    ended(executions, START.name)

    assert executions.start_again(START, NOW)
    assert not executions.start_again(START, NOW + timedelta(minutes=5))
    ended(executions, START.again(NOW))
    assert not executions.start_again(START, NOW + timedelta(minutes=5))
    assert executions.start_again(START, NOW + timedelta(minutes=15))
    assert len(names(executions)) == 3


def test_names_are_as_long_as_step_functions_takes(executions: PostExecutions) -> None:
    many = Start(target_id=uuid4(), post_id=uuid4(), revision=1000, attempt=100, changes=100_000)

    assert len(many.again(NOW)) <= 80
    assert executions.start_again(many, NOW)


def test_whether_an_execution_was_started_is_told_whatever_became_of_it(
    executions: PostExecutions,
) -> None:
    executions.start_post(START.post_id, "post-r1")
    ended(executions, "post-r1")

    assert executions.was_started("post-r1")
    assert not executions.was_started("post-r2")
