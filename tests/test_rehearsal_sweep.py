"""What goes wrong around posts, in the rehearsal: lost schedules, killed executions, lost answers,
deliveries that come twice; with the media in a store that is not AWS's.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from schedulerx.cloud.platforms.mastodon import TOKEN, MastodonStandIn
from schedulerx.cloud.platforms.serving import Answer, Asked, Fault, serving
from schedulerx.cloud.platforms.threads import ThreadsStandIn
from tests.post_rehearsals import PHOTO, PostsCloud, posts_cloud, until
from tests.rehearsals import NEEDS

KEYS = {"access_key_id": "an-id-elsewhere", "secret_access_key": "a-key-elsewhere"}
BUCKET = "posts-elsewhere"
PICTURE = ("--media", str(PHOTO), "--alt", "The flats")

pytestmark = NEEDS


class HeldMastodon(MastodonStandIn):
    """Processes media as long as it is told to."""

    held = False

    def _medium(self, asked: Asked) -> Answer:
        return Answer(status=206, json={}) if self.held else super()._medium(asked)


@dataclass(frozen=True)
class Platforms:
    """Three servers, each with an account of its name."""

    coast: HeldMastodon
    tower: MastodonStandIn
    threads: ThreadsStandIn


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """A store that speaks S3, of another process than the cloud: its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, store: str) -> Iterator[PostsCloud]:
    contexts = {
        "media_bucket": BUCKET, "media_endpoint_url": store, "media_secret": "schedulerx/media",
    }  # fmt: skip
    given = [word for name, value in contexts.items() for word in ("-c", f"{name}={value}")]
    elsewhere(store).create_bucket(Bucket=BUCKET)
    with posts_cloud(tmp_path_factory.mktemp("posts"), *given) as running:
        running.client("secretsmanager").create_secret(
            Name="schedulerx/media", SecretString=json.dumps(KEYS)
        )
        yield running


@pytest.fixture(scope="module")
def platforms(cloud: PostsCloud) -> Iterator[Platforms]:
    made = Platforms(HeldMastodon(time.time), MastodonStandIn(time.time), ThreadsStandIn(time.time))
    with serving({"coast": made.coast, "tower": made.tower, "threads": made.threads}) as base:
        for name in ("coast", "tower"):
            cloud.schedulerx(
                "accounts", "add", "mastodon", name, "--server", f"{base}/{name}",
                "--secret", "access_token", secrets=(TOKEN,),
            )  # fmt: skip
        connect_threads(cloud, base, made.threads.connected())
        yield made


def connect_threads(cloud: PostsCloud, base: str, tokens: dict[str, Any]) -> None:
    """As `accounts connect` leaves it, once the owner has agreed."""
    cloud.schedulerx(
        "accounts", "add", "threads", "threads", "--server", f"{base}/threads",
        "--secret", "access_token", secrets=(tokens["access_token"],),
    )  # fmt: skip
    secrets = cloud.client("secretsmanager")
    for each in secrets.list_secrets()["SecretList"]:
        text = secrets.get_secret_value(SecretId=each["Name"])["SecretString"]
        if tokens["access_token"] in text:
            secrets.put_secret_value(SecretId=each["Name"], SecretString=json.dumps(tokens))


def elsewhere(address: str) -> Any:
    """A client of the store's owner."""
    return boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1",
        aws_access_key_id="owner", aws_secret_access_key="owner",
    )  # fmt: skip


def test_a_platform_fetches_media_at_a_signed_url_of_the_store_elsewhere(
    cloud: PostsCloud, platforms: Platforms, store: str
) -> None:
    post = cloud.scheduled("threads", *PICTURE)

    cloud.pass_an_hour()

    assert cloud.settled(post) == "posted"
    (container,) = platforms.threads.containers.values()
    url = container.form["image_url"]
    assert url.startswith(f"{store}/{BUCKET}/posts/made/")
    assert "Credential=an-id-elsewhere%2F" in url
    assert elsewhere(store).list_objects_v2(Bucket=BUCKET, Prefix="posts/media/")["KeyCount"] == 1
    buckets = [each["Name"] for each in cloud.client("s3").list_buckets()["Buckets"]]
    assert not [name for name in buckets if "media" in name]


@dataclass(frozen=True)
class Left:
    """Posts as trouble left them, before the sweep came."""

    daily: str
    lost: str
    killed: str
    unknown: str


@pytest.fixture(scope="module")
def left(cloud: PostsCloud, platforms: Platforms) -> Left:
    """A post of every day; one whose schedule is lost; one whose execution is killed while it waits
    for the server; one whose answer is lost, as its execution is. And two more deliveries.
    """
    daily = cloud.scheduled("coast", "--recurrence", "FREQ=DAILY", text="Every day")
    killed = cloud.scheduled("coast", *PICTURE, text="Killed")
    unknown = cloud.scheduled("tower", text="Unknown")
    given = cloud.client("scheduler").get_schedule(GroupName="posts", Name=daily)["Target"]
    platforms.coast.held = True
    platforms.tower.faults += [Fault.UNANSWERED, *[Fault.LOST] * 50]

    cloud.pass_an_hour()
    assert cloud.settled(daily) == "posted"
    until(lambda: platforms.coast.media, cloud.logs)
    assert cloud.settled(unknown) == "unknown"
    stop_executions(cloud, 2)
    platforms.coast.held = False
    platforms.tower.faults.clear()

    lost = cloud.scheduled("coast", text="Lost")
    cloud.client("scheduler").delete_schedule(GroupName="posts", Name=lost)
    cloud.execute(
        "UPDATE post_targets SET due_at = due_at - %(by)s WHERE post_id = %(post)s",
        "UPDATE scheduled_posts SET due_at = due_at - %(by)s WHERE post_id = %(post)s",
        by=timedelta(minutes=10), post=lost,
    )  # fmt: skip
    deliver_again(cloud, given)
    return Left(daily, lost, killed, unknown)


def stop_executions(cloud: PostsCloud, count: int) -> None:
    """Kills what publishes."""
    states = cloud.client("stepfunctions")
    machine = cloud.outputs()["PublishMachineArn"]
    running = states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
    assert len(running) == count
    for each in running:
        states.stop_execution(executionArn=each["executionArn"])


def deliver_again(cloud: PostsCloud, target: dict[str, Any]) -> None:
    """Two schedules that fire before the next sweep: one of a post that went out, and one that
    cannot start anything.
    """
    call = json.loads(target["Input"])
    gone = json.dumps({**call, "Name": "never-started", "StateMachineArn": "arn:aws:states:gone"})
    at = datetime.now(UTC) + timedelta(hours=cloud.hours)
    for name, text in (("twice", target["Input"]), ("gone", gone)):
        cloud.client("scheduler").create_schedule(
            Name=name, GroupName="posts", FlexibleTimeWindow={"Mode": "OFF"},
            ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
            ActionAfterCompletion="DELETE", Target={**target, "Input": text},
        )  # fmt: skip


def test_the_sweep_puts_right_what_was_left(
    cloud: PostsCloud, platforms: Platforms, left: Left
) -> None:
    fired = cloud.pass_an_hour()

    assert {"twice", "gone"} <= {*fired}
    assert [cloud.settled(each) for each in (left.lost, left.killed)] == ["posted", "posted"]
    until(lambda: cloud.row(left.unknown)["state"] == "posted", cloud.logs)
    assert sorted(each.text for each in platforms.coast.shown) == ["Every day", "Killed", "Lost"]
    assert [each.text for each in platforms.tower.shown] == ["Unknown"]
    words = cloud.logs("SweepPosts")
    assert "1 were held by a process that ended, and wait again" in words
    assert "1 of unknown outcome were found posted" in words
    assert "2 should have gone out and had not: started now" in words


def test_a_post_of_every_day_has_its_next_occurrence_and_a_schedule(
    cloud: PostsCloud, left: Left
) -> None:
    done = cloud.schedulerx("posts", "export", "--format", "ndjson")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    (following,) = [
        row for row in rows if row["text"] == "Every day" and row["post_id"] != left.daily
    ]

    assert following["state"] == "pending"
    schedule = cloud.client("scheduler").get_schedule(GroupName="posts", Name=following["post_id"])
    assert json.loads(schedule["Target"]["Input"])["Name"] == f"{following['post_id']}-r1"


def test_a_second_delivery_is_cleared_away_and_one_that_started_nothing_stays(
    cloud: PostsCloud, left: Left
) -> None:
    assert left.daily
    sqs, arn = cloud.client("sqs"), cloud.outputs()["ScheduleDeadLettersArn"]
    url = sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]

    def count() -> int:
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(told["ApproximateNumberOfMessages"]) + int(
            told["ApproximateNumberOfMessagesNotVisible"]
        )

    assert until(lambda: count() == 1, cloud.logs)
    assert cloud.measured("PostsNotStarted")[-1] == 1


def test_what_became_of_posts_is_measured_by_platform(cloud: PostsCloud, left: Left) -> None:
    assert left.daily
    by_phases = cloud.measured("PostsPosted", platform="mastodon", service="publish_phase")
    by_sweeps = cloud.measured("PostsPosted", platform="mastodon", service="sweep_posts")
    late = cloud.measured("PostLateness", platform="mastodon")

    assert (sum(by_phases), sum(by_sweeps)) == (3, 1)
    assert len(late) == 4
    assert max(late) > 600
    assert max(cloud.measured("PostsLate", service="sweep_posts")) >= 1


def test_the_log_tells_what_became_of_posts_by_account(cloud: PostsCloud, left: Left) -> None:
    lines = cloud.logs("PublishPhase", "SweepPosts").splitlines()
    told = [json.loads(line) for line in lines if '"message":"settled"' in line]

    counts = Counter((each["account"], each["posted"], each["failed"]) for each in told)
    assert counts == {("coast", 1, 0): 3, ("tower", 1, 0): 1, ("threads", 1, 0): 1}
    posts = {left.daily, left.lost, left.killed, left.unknown}
    assert posts < {each["correlation_id"] for each in told}


def test_no_credential_is_written_anywhere(cloud: PostsCloud, platforms: Platforms) -> None:
    assert platforms.threads.shown
    machine = cloud.outputs()["PublishMachineArn"]
    states = cloud.client("stepfunctions")
    histories = [
        states.get_execution_history(executionArn=each["executionArn"])["events"]
        for each in states.list_executions(stateMachineArn=machine)["executions"]
    ]
    rows = cloud.schedulerx("posts", "export", "--format", "ndjson").stdout
    written = cloud.logs() + rows + json.dumps(histories, default=str)

    assert TOKEN not in written
    assert "a-key-elsewhere" not in written
    assert "X-Amz-Signature" not in written
    assert platforms.threads.connected()["access_token"] not in written
