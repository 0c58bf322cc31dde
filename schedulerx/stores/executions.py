"""Executions of the state machine: started once by name, found again, followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from schedulerx.errors import ConfigurationError
from schedulerx.stores.aws_errors import aws_call, code_of

RUNNING = "RUNNING"
SUCCEEDED = "SUCCEEDED"
_EVENTS_READ = 50  # the last ones: the state an execution is in is rarely further back


class GroupsFile(msgspec.Struct, frozen=True, kw_only=True):
    """Where the lines of the groups lie, and how many they are."""

    bucket: str
    key: str
    count: int


class ExecutionInput(msgspec.Struct, frozen=True, kw_only=True):
    """What the state machine is given."""

    run_id: str
    groups: GroupsFile
    max_concurrency: int
    steps: tuple[str, ...]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where an execution is. Groups are counted once its map has begun."""

    status: str
    state: str = ""
    groups: int = 0
    groups_done: int = 0
    groups_failed: int = 0
    error: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.status != RUNNING


class Executions:
    """The executions of one state machine, by a client of Step Functions."""

    def __init__(self, state_machine_arn: str, client: Any) -> None:
        self._machine = state_machine_arn
        self._client = client
        self._what = f"the state machine {state_machine_arn.rpartition(':')[2]}"

    def arn(self, name: str) -> str:
        """The ARN an execution of this name has."""
        return f"{self._machine.replace(':stateMachine:', ':execution:')}:{name}"

    def status(self, name: str) -> str | None:
        """RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED; None where there is none."""
        with aws_call(self._what):
            try:
                found = self._client.describe_execution(executionArn=self.arn(name))
            except ClientError as error:
                if code_of(error) == "ExecutionDoesNotExist":
                    return None
                raise
        return str(found["status"])

    def running(self) -> Iterator[str]:
        """The names of running executions, newest first."""
        asked = {"stateMachineArn": self._machine, "statusFilter": RUNNING}
        with aws_call(self._what):
            pages = self._client.get_paginator("list_executions").paginate(**asked)
            names = [one["name"] for page in pages for one in page["executions"]]
        yield from names

    def start(self, given: ExecutionInput) -> str:
        """Starts the execution named by the run, unless it was started before; returns its ARN.

        Raises:
            ConfigurationError: there is no such state machine, or it may not be started.
        """
        text = msgspec.json.encode(given).decode()
        with aws_call(self._what):
            try:
                self._client.start_execution(
                    stateMachineArn=self._machine, name=given.run_id, input=text
                )
            except ClientError as error:
                if code_of(error) == "StateMachineDoesNotExist":
                    raise ConfigurationError(
                        f"There is no {self._what[4:]}: deploy the stack again (Deploying.md)"
                    ) from error
                if code_of(error) != "ExecutionAlreadyExists":
                    raise
        return self.arn(given.run_id)

    def progress(self, name: str) -> Progress:
        """Where the execution is now."""
        with aws_call(self._what):
            found = self._client.describe_execution(executionArn=self.arn(name))
            counts = self._item_counts(name)
            state = self._state(name) if found["status"] == RUNNING else ""
        return Progress(
            status=found["status"],
            state=state,
            groups=counts.get("total", 0),
            groups_done=counts.get("succeeded", 0),
            groups_failed=sum(counts.get(kind, 0) for kind in ("failed", "timedOut", "aborted")),
            error=": ".join(found[part] for part in ("error", "cause") if found.get(part)),
        )

    def _item_counts(self, name: str) -> dict[str, int]:
        runs = self._client.list_map_runs(executionArn=self.arn(name))["mapRuns"]
        if not runs:
            return {}
        counts: dict[str, int] = self._client.describe_map_run(mapRunArn=runs[0]["mapRunArn"])[
            "itemCounts"
        ]
        return counts

    def _state(self, name: str) -> str:
        history = self._client.get_execution_history(
            executionArn=self.arn(name), reverseOrder=True, maxResults=_EVENTS_READ
        )
        for event in history["events"]:
            if "stateEnteredEventDetails" in event:
                return str(event["stateEnteredEventDetails"]["name"])
        return ""
