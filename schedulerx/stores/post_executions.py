"""Executions that publish: started once by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from botocore.exceptions import ClientError

from schedulerx.posts.starting import Start
from schedulerx.stores.aws_errors import aws_call, code_of


@dataclass(frozen=True)
class PostExecutions:
    """Implements `schedulerx.posts.starting.Starter` by a client of Step Functions."""

    machine_arn: str
    client: Any

    def start_target(self, start: Start) -> bool:
        """As `Starter.start_target`."""
        given = {"post_id": start.post_id, "target_id": start.target_id}
        return self._start(start.name, given)

    def start_post(self, post_id: UUID, name: str) -> bool:
        """As `Starter.start_post`."""
        return self._start(name, {"post_id": post_id})

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
