"""Executions that publish: started once by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from botocore.exceptions import ClientError

from schedulerx.posts.starting import Start
from schedulerx.stores.aws_errors import aws_call, code_of
from schedulerx.stores.executions import RUNNING, Executions


@dataclass(frozen=True)
class PostExecutions:
    """Implements `schedulerx.posts.starting.Starter` by a client of Step Functions."""

    machine_arn: str
    client: Any

    def start_target(self, start: Start) -> bool:
        """As `Starter.start_target`."""
        return self._start(start.name, _input(start))

    def start_again(self, start: Start, now: datetime) -> bool:
        """As `Starter.start_again`."""
        status = self._executions.status(start.name)
        name = start.name if status is None else start.again(now)
        if status == RUNNING or (status and self.was_started(name)):
            return False
        return self._start(name, _input(start))

    def start_post(self, post_id: UUID, name: str) -> bool:
        """As `Starter.start_post`."""
        return self._start(name, {"post_id": post_id})

    def was_started(self, name: str) -> bool:
        """Whether there is an execution of this name, whatever became of it."""
        return self._executions.status(name) is not None

    @property
    def _executions(self) -> Executions:
        return Executions(self.machine_arn, self.client)

    def _start(self, name: str, given: dict[str, UUID]) -> bool:
        text = msgspec.json.encode(given).decode()
        with aws_call("the state machine that publishes"):
            try:
                self.client.start_execution(stateMachineArn=self.machine_arn, name=name, input=text)
            except ClientError as error:
                if code_of(error) != "ExecutionAlreadyExists":
                    raise
                return False
        return True


def _input(start: Start) -> dict[str, UUID]:
    return {"post_id": start.post_id, "target_id": start.target_id}
