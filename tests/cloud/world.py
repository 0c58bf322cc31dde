"""A running cloud, its clients, and short ways to make things in it."""

from __future__ import annotations

import io
import itertools
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3

from schedulerx.cloud.clock import VirtualClock
from schedulerx.cloud.server import RehearsalCloud

REPOSITORY = Path(__file__).parent / "repository"
ROLE = "arn:aws:iam::123456789012:role/test"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
)
FAST_RETRY = {"IntervalSeconds": 1, "MaxAttempts": 1}
TIMEOUT_S = 120  # of a function
_numbers = itertools.count()
T = TypeVar("T")


def unique(word: str) -> str:
    return f"{word}-{next(_numbers)}"


def until(look: Callable[[], T | None], what: str, seconds: float = 240) -> T:
    """Polls the cloud from outside, as a user would, until `look` finds something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"never saw {what}")


@dataclass(frozen=True)
class World:
    """A running cloud and its clients."""

    cloud: RehearsalCloud
    clock: VirtualClock

    def client(self, service: str) -> Any:
        environment = self.cloud.environment()
        return boto3.session.Session().client(
            service,
            endpoint_url=self.cloud.endpoint_url,
            region_name=environment["AWS_REGION"],
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        )

    def function(self, *, timeout: int = TIMEOUT_S, **variables: str) -> str:
        """Creates a function that runs `handlers.probe`; returns its name."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("unused.py", "")
        name = unique("probe")
        self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=ROLE,
            Handler="handlers/probe.handler",
            Code={"ZipFile": archive.getvalue()},
            Timeout=timeout,
            Environment={"Variables": {"SCHEDULERX_HANDLER": "handlers.probe", **variables}},
        )
        return name

    def invoke(self, name: str, event: Any) -> tuple[str | None, Any]:
        """Invokes synchronously: (FunctionError, payload)."""
        response = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        return response.get("FunctionError"), json.loads(response["Payload"].read())

    def machine(self, states: dict[str, Any]) -> str:
        """Creates a state machine that starts at the first state; returns its ARN."""
        definition = {"StartAt": next(iter(states)), "States": states}
        created = self.client("stepfunctions").create_state_machine(
            name=unique("machine"), definition=json.dumps(definition), roleArn=ROLE
        )
        return str(created["stateMachineArn"])

    def execute(self, machine: str, input_: Any = None) -> dict[str, Any]:
        """Runs an execution to its end; its description."""
        client = self.client("stepfunctions")
        arn = client.start_execution(
            stateMachineArn=machine, name=unique("run"), input=json.dumps(input_ or {})
        )["executionArn"]

        def ended() -> dict[str, Any] | None:
            described: dict[str, Any] = client.describe_execution(executionArn=arn)
            return described if described["status"] != "RUNNING" else None

        return until(ended, "the execution's end")

    def stack(self, resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> str:
        """Creates a CloudFormation stack; returns its name."""
        template: dict[str, Any] = {"Resources": resources}
        if outputs:
            template["Outputs"] = {key: {"Value": value} for key, value in outputs.items()}
        name = unique("stack")
        self.client("cloudformation").create_stack(
            StackName=name, TemplateBody=json.dumps(template)
        )
        return name

    def outputs(self, stack: str) -> dict[str, str]:
        described = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
        return {o["OutputKey"]: o["OutputValue"] for o in described.get("Outputs", [])}
