from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from schedulerx.errors import SchedulerXError
from schedulerx.stores.dead_letters import DeadLetters


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeadLetters]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("sqs", region_name="us-east-1")
        url = client.create_queue(QueueName="dead")["QueueUrl"]
        yield DeadLetters(url, client)


def test_each_is_read_once_however_many_there_are(letters: DeadLetters) -> None:
    for number in range(23):
        letters.client.send_message(QueueUrl=letters.url, MessageBody=str(number))

    assert sorted(int(each.body) for each in letters.read()) == list(range(23))


def test_what_is_forgotten_is_gone_and_the_rest_stays(letters: DeadLetters) -> None:
    for body in ("over", "missed"):
        letters.client.send_message(QueueUrl=letters.url, MessageBody=body)

    for each in letters.read():
        if each.body == "over":
            letters.forget(each)

    counts = letters.client.get_queue_attributes(QueueUrl=letters.url, AttributeNames=["All"])
    assert counts["Attributes"]["ApproximateNumberOfMessages"] == "0"
    assert counts["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "1"


def test_a_queue_that_is_not_there_is_told(letters: DeadLetters) -> None:
    letters.client.delete_queue(QueueUrl=letters.url)

    with pytest.raises(SchedulerXError, match="the dead letters of posts"):
        list(letters.read())
