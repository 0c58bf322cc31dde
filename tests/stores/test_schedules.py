from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import boto3
import msgspec
import pytest
from moto import mock_aws

from schedulerx.posts.model import Content, Post
from schedulerx.posts.starting import Start
from schedulerx.stores.schedules import PostSchedules, ScheduleTarget

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Started:
    def __init__(self) -> None:
        self.posts: list[UUID] = []

    def start_target(self, start: Start) -> bool:
        raise AssertionError

    def start_again(self, start: Start, now: datetime) -> bool:
        raise AssertionError

    def start_post(self, post_id: UUID, name: str) -> bool:
        self.posts.append(post_id)
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostSchedules]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("scheduler", region_name="us-east-1")
        client.create_schedule_group(Name="posts")
        target = ScheduleTarget(
            group="posts",
            machine_arn="arn:aws:states:us-east-1:1:stateMachine:m",
            role_arn="arn:aws:iam::123456789012:role/r",
            dead_letters_arn="arn:aws:sqs:us-east-1:1:q",
        )
        yield PostSchedules(target=target, client=client, starter=Started(), now=lambda: NOW)


def _post(**changed: Any) -> Post:
    given = {"due_at": NOW + timedelta(days=1), "zone": "Europe/Berlin", **changed}
    return Post(post_id=uuid4(), content=Content(text="a"), created_at=NOW, **given)


def _schedule(clock: PostSchedules, post: Post) -> dict[str, Any]:
    found: dict[str, Any] = clock.client.get_schedule(GroupName="posts", Name=str(post.post_id))
    return found


def test_a_schedule_keeps_the_authors_zone_and_deletes_itself(clock: PostSchedules) -> None:
    post = _post()
    clock.set(post)

    made = _schedule(clock, post)
    assert made["ScheduleExpression"] == "at(2026-03-02T13:00:00)"
    assert made["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert made["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert made["ActionAfterCompletion"] == "DELETE"
    assert json.loads(made["Target"]["Input"])["Name"] == f"{post.post_id}-r1"


def test_an_hour_that_clocks_show_twice_is_told_in_utc(clock: PostSchedules) -> None:
    post = _post(due_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    clock.set(post)

    made = _schedule(clock, post)
    assert made["ScheduleExpressionTimezone"] == "UTC"
    assert made["ScheduleExpression"] == "at(2026-10-25T01:30:00)"


def test_setting_twice_moves_and_forgetting_twice_is_silent(clock: PostSchedules) -> None:
    post = _post()
    clock.set(post)
    clock.set(msgspec.structs.replace(post, due_at=NOW + timedelta(days=2), revision=2))

    made = _schedule(clock, post)
    assert made["ScheduleExpression"] == "at(2026-03-03T13:00:00)"
    assert json.loads(made["Target"]["Input"])["Name"] == f"{post.post_id}-r2"
    clock.forget(post.post_id)
    clock.forget(post.post_id)


def test_what_is_due_is_started_at_once_and_has_no_schedule(clock: PostSchedules) -> None:
    post = _post(due_at=NOW)
    clock.set(post)

    assert isinstance(clock.starter, Started)
    assert clock.starter.posts == [post.post_id]
    assert clock.client.list_schedules(GroupName="posts")["Schedules"] == []
