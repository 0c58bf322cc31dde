"""EventBridge Scheduler: one schedule a post, named by its id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from botocore.exceptions import ClientError

from schedulerx.posts.model import Post
from schedulerx.posts.starting import Starter, post_execution
from schedulerx.stores.aws_errors import aws_call, code_of

# Scheduler starts within a minute; what is due by then is started at once.
_AT_ONCE = timedelta(seconds=5)
_START = "arn:aws:scheduler:::aws-sdk:sfn:startExecution"


class ScheduleTarget(msgspec.Struct, frozen=True, kw_only=True):
    """What every schedule is made with."""

    group: str
    machine_arn: str
    role_arn: str
    dead_letters_arn: str


@dataclass(frozen=True)
class PostSchedules:
    """Implements `schedulerx.posts.scheduling.Clock` by a client of EventBridge Scheduler.

    The target is the API call StartExecution and not the service's own kind of target, which
    gives executions random names: a second delivery would start a second one.
    """

    target: ScheduleTarget
    client: Any
    starter: Starter
    now: Callable[[], datetime]

    def set(self, post: Post) -> None:
        """As `Clock.set`: made, or moved. A post that is due is started."""
        if post.due_at <= self.now() + _AT_ONCE:
            self.forget(post.post_id)
            self.starter.start_post(post.post_id, f"{_name(post)}-{self.now():%Y%m%dT%H%M%S}")
            return
        wanted = self._schedule(post)
        with aws_call(f"the schedule of {post.post_id}"):
            try:
                self.client.create_schedule(**wanted)
            except ClientError as error:
                if code_of(error) != "ConflictException":
                    raise
                self.client.update_schedule(**wanted)

    def forget(self, post_id: UUID) -> None:
        """As `Clock.forget`."""
        with aws_call(f"the schedule of {post_id}"):
            try:
                self.client.delete_schedule(Name=str(post_id), GroupName=self.target.group)
            except ClientError as error:
                if code_of(error) != "ResourceNotFoundException":
                    raise

    def _schedule(self, post: Post) -> dict[str, Any]:
        zone = _zone(post)
        local = post.due_at.astimezone(ZoneInfo(zone))
        execution = {
            "StateMachineArn": self.target.machine_arn,
            "Name": _name(post),
            "Input": msgspec.json.encode({"post_id": post.post_id}).decode(),
        }
        return {
            "Name": str(post.post_id),
            "GroupName": self.target.group,
            "ScheduleExpression": f"at({local:%Y-%m-%dT%H:%M:%S})",
            "ScheduleExpressionTimezone": zone,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                "Arn": _START,
                "RoleArn": self.target.role_arn,
                "Input": msgspec.json.encode(execution).decode(),
                "DeadLetterConfig": {"Arn": self.target.dead_letters_arn},
                "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 30},
            },
        }


def _name(post: Post) -> str:
    return post_execution(post.post_id, post.revision)


def _zone(post: Post) -> str:
    """The author's zone; UTC in the hour that its clocks show twice."""
    local = post.due_at.astimezone(ZoneInfo(post.zone))
    is_clear = local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()
    return post.zone if is_clear else "UTC"
