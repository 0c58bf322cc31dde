from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import boto3
import msgspec
import pytest
from moto import mock_aws

from schedulerx.errors import SchedulerXError
from schedulerx.posts.ledger import Work
from schedulerx.posts.model import Account, Content, Post, State, Target
from schedulerx.stores.topics import PostTopic, message

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def work(state: State, **changed: Any) -> Work:
    post = Post(post_id=uuid4(), content=Content(text="a"), due_at=NOW, zone="UTC", created_at=NOW)
    account = Account(account_id=uuid4(), platform="mastodon", name="coast", secret="coast")
    target = Target(
        target_id=uuid4(), post_id=post.post_id, account_id=account.account_id, due_at=NOW,
        state=state, **changed,
    )  # fmt: skip
    return Work(target=target, post=post, account=account)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PostTopic, Any]]:
    """A topic, and what reads the messages that come of it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        sns = boto3.client("sns", region_name="us-east-1")
        sqs = boto3.client("sqs", region_name="us-east-1")
        arn = sns.create_topic(Name="told")["TopicArn"]
        url = sqs.create_queue(QueueName="heard")["QueueUrl"]
        sns.subscribe(
            TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:heard"
        )

        def heard() -> list[dict[str, Any]]:
            found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            return [json.loads(each["Body"]) for each in found.get("Messages", [])]

        yield PostTopic(arn, sns), heard


def test_people_hear_of_what_needs_them_and_of_nothing_else(
    queue: tuple[PostTopic, Any],
) -> None:
    topic, heard = queue

    for state in State:
        topic.tell(work(state))

    assert sorted(each["Subject"].split()[1] for each in heard()) == ["failed:", "unknown:"]


@pytest.mark.parametrize(
    ("state", "todo"), [(State.FAILED, "posts retry"), (State.UNKNOWN, "posts resolve")]
)
def test_a_message_says_why_and_what_to_do(state: State, todo: str) -> None:
    given = work(state, error="the text is too long")

    _, words = message(given)

    assert "coast (mastodon)" in words
    assert "the text is too long" in words
    assert f"schedulerx {todo} {given.post.post_id}" in words


def test_a_subject_is_one_that_sns_takes_whatever_an_account_is_called() -> None:
    given = work(State.FAILED)
    odd = msgspec.structs.replace(given.account, name="Ünï\n\x1b" + "x" * 200)

    subject, _ = message(msgspec.structs.replace(given, account=odd))

    assert len(subject) <= 100
    assert subject.isascii()
    assert subject.isprintable()


def test_a_topic_that_is_gone_is_told(queue: tuple[PostTopic, Any]) -> None:
    topic, _ = queue

    with pytest.raises(SchedulerXError, match="the topic of posts"):
        PostTopic(f"{topic.arn}-gone", topic.client).tell(work(State.FAILED))
