from __future__ import annotations

import json
from pathlib import Path

import pytest

from schedulerx.cloud.queue_consumers import failed_ids
from tests.cloud.world import World, unique, until


def make_queue(world: World, **attributes: str) -> tuple[str, str]:
    """(URL, ARN)."""
    sqs = world.client("sqs")
    url = sqs.create_queue(QueueName=unique("queue"), Attributes=attributes)["QueueUrl"]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, answer["Attributes"]["QueueArn"]


def consume(world: World, queue_arn: str, batches: Path, size: int = 10) -> None:
    """Maps a function to the queue that writes each batch it is given to a file."""
    world.client("lambda").create_event_source_mapping(
        EventSourceArn=queue_arn,
        FunctionName=world.function(BATCHES=str(batches)),
        BatchSize=size,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )


def send(world: World, url: str, bodies: list[str]) -> None:
    entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
    world.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)


def seen(batches: Path) -> list[list[str]]:
    text = batches.read_text() if batches.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def left(world: World, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = world.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(value) for value in answer["Attributes"].values())


def test_every_message_is_consumed_once_in_batches(world: World, tmp_path: Path) -> None:
    url, arn = make_queue(world)
    batches = tmp_path / "batches"
    send(world, url, [f"m{n}" for n in range(7)])
    consume(world, arn, batches, size=3)
    until(lambda: left(world, url) == 0 and seen(batches), "an empty queue")
    assert sorted(body for batch in seen(batches) for body in batch) == [f"m{n}" for n in range(7)]
    assert max(len(batch) for batch in seen(batches)) == 3


def test_only_the_failed_message_comes_back_and_ends_in_the_dead_letter_queue(
    world: World, tmp_path: Path
) -> None:
    dead_url, dead_arn = make_queue(world)
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    url, arn = make_queue(world, RedrivePolicy=redrive)
    batches = tmp_path / "batches"
    send(world, url, ["good", "bad"])
    consume(world, arn, batches)
    until(lambda: left(world, dead_url) == 1, "the dead letter")
    flat = [body for batch in seen(batches) for body in batch]
    assert (flat.count("good"), flat.count("bad")) == (1, 2)
    assert left(world, url) == 0


def test_a_raised_error_returns_the_whole_batch(world: World, tmp_path: Path) -> None:
    url, arn = make_queue(world)
    batches = tmp_path / "batches"
    send(world, url, ["poison", "fine"])
    consume(world, arn, batches)
    until(lambda: len([b for batch in seen(batches) for b in batch if b == "fine"]) > 1, "a retry")
    world.client("sqs").purge_queue(QueueUrl=url)


def test_an_object_in_a_stack_s_bucket_reaches_the_function(world: World, tmp_path: Path) -> None:
    _, arn = make_queue(world)
    batches = tmp_path / "batches"
    consume(world, arn, batches)
    rule = {"Name": "prefix", "Value": "in/"}
    notify = {
        "Event": "s3:ObjectCreated:*",
        "Queue": arn,
        "Filter": {"S3Key": {"Rules": [rule]}},
    }
    bucket = unique("arrivals")
    properties = {
        "BucketName": bucket,
        "NotificationConfiguration": {"QueueConfigurations": [notify]},
        "VersioningConfiguration": {"Status": "Enabled"},
    }
    world.stack({"Source": {"Type": "AWS::S3::Bucket", "Properties": properties}})
    s3 = world.client("s3")
    s3.put_object(Bucket=bucket, Key="out/ignored", Body=b"x")
    assert "VersionId" in s3.put_object(Bucket=bucket, Key="in/photo one.jpg", Body=b"x")

    def arrived() -> list[str]:
        events = [json.loads(body) for batch in seen(batches) for body in batch]
        return [r["s3"]["object"]["key"] for e in events for r in e.get("Records", [])]

    assert until(arrived, "the notification") == ["in/photo+one.jpg"]


@pytest.mark.parametrize(
    ("reply", "types", "failed"),
    [
        ({"failure": {}}, None, {"a", "b"}),
        ({"result": "null"}, ["ReportBatchItemFailures"], set()),
        ({"result": '{"batchItemFailures": []}'}, ["ReportBatchItemFailures"], set()),
        (
            {"result": '{"batchItemFailures": [{"itemIdentifier": "b"}]}'},
            ["ReportBatchItemFailures"],
            {"b"},
        ),
        ({"result": '{"batchItemFailures": [{"itemIdentifier": "b"}]}'}, None, set()),
        (
            {"result": '{"batchItemFailures": [{"itemIdentifier": "unknown"}]}'},
            ["ReportBatchItemFailures"],
            {"a", "b"},
        ),
        ({"result": '"text"'}, ["ReportBatchItemFailures"], {"a", "b"}),
    ],
)
def test_a_reply_says_which_messages_failed(
    reply: dict[str, object], types: list[str] | None, failed: set[str]
) -> None:
    assert failed_ids(reply, ["a", "b"], types) == failed
